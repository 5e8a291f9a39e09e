package io.skein.engine.replication;

import java.util.List;

/// Carries out the stream of a primary on a [TestNode]'s data, as a session does: whole commands
/// only, and those of a transaction together.
final class TestStream {
  private final TestNode node;
  private final TestParser parser = new TestParser();
  private int db;
  private boolean inMulti;
  private long done;
  private long reported;

  TestStream(TestNode node) {
    this.node = node;
  }

  void begin(int startDb) {
    parser.clear();
    db = startDb;
    inMulti = false;
    done = 0;
    reported = 0;
  }

  void end() {
    begin(0);
  }

  void apply(byte[] data, int offset, int length) {
    parser.add(data, offset, length);
    while (true) {
      List<byte[]> words = parser.next();
      if (words == null) {
        break;
      }
      boolean wantsAck = execute(words);
      if (wantsAck) {
        report();
        node.replicaEvent(new ReplicaEvent.AckRequested());
      }
      done = parser.consumed();
    }
    report();
  }

  private void report() {
    if (!inMulti && done > reported) {
      long n = done - reported;
      reported = done;
      node.replicaEvent(new ReplicaEvent.Applied(n, db));
    }
  }

  private boolean execute(List<byte[]> words) {
    switch (TestNode.text(words.getFirst())) {
      case "SELECT" -> db = Integer.parseInt(TestNode.text(words.get(1)));
      case "SET" ->
          node.data.put(db + "/" + TestNode.text(words.get(1)), TestNode.text(words.get(2)));
      case "MULTI" -> inMulti = true;
      case "EXEC" -> inMulti = false;
      case "REPLCONF" -> {
        return true;
      }
      default -> {}
    }
    return false;
  }
}
