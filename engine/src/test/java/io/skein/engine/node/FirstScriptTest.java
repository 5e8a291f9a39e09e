package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.command.Arguments;
import io.skein.engine.resp.Reply;
import io.skein.engine.script.Interpreter;
import io.skein.engine.script.ScriptCalls;
import io.skein.engine.script.ScriptEngine;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What waits for the first interpreter, and what does not.
class FirstScriptTest {
  private final SlowEngine engine = new SlowEngine();
  private final TestNode node = new TestNode(engine);
  private final TestNode.Client client = node.connect();
  private final TestNode.Client other = node.connect();

  @Test
  void onlyScriptsWaitUntilInterpretersCanBeOpened() {
    client.sendRaw("SET k 1\r\nEVAL code 0\r\nGET k\r\n");
    assertEquals("+OK\r\n", client.read());
    assertEquals("", other.ask("EVAL code 0"));
    TestNode.Client third = node.connect();
    assertEquals("+PONG", third.ask("PING"));
    assertEquals("*1 :0", third.ask("SCRIPT EXISTS 0000000000000000000000000000000000000000"));
    assertEquals("*0", third.ask("FUNCTION LIST"));
    assertEquals(0, engine.opened);
    engine.finish();
    assertEquals("+ran\r\n$1\r\n1\r\n", client.read());
    assertEquals("+ran\r\n", other.read());
    assertEquals("+ran", third.ask("EVAL other 0"));
    assertEquals(1, engine.opened);
  }

  @Test
  void isPreparedOnceAndOnlyForScripts() {
    client.ask("SCRIPT FLUSH");
    client.ask("FUNCTION FLUSH");
    assertNull(engine.waiting);
    client.ask("SCRIPT LOAD code");
    assertNotNull(engine.waiting);
    other.ask("FUNCTION LOAD code");
    engine.finish();
    assertTrue(client.read().startsWith("$40\r\n"));
    assertTrue(other.read().startsWith("-ERR Missing library metadata"));
  }

  @Test
  void whoWantsToEndAScriptWaitsForItToBegin() {
    assertTrue(other.ask("SCRIPT KILL").startsWith("-NOTBUSY"));
    client.ask("EVAL code 0");
    assertEquals("", other.ask("SCRIPT KILL"));
    engine.finish();
    assertEquals("+ran\r\n", client.read());
    assertTrue(other.read().startsWith("-NOTBUSY"));
  }

  @Test
  void whatIsRefusedDoesNotWaitAndWhatIsQueuedKeepsItsPlace() {
    assertTrue(client.ask("EVAL").startsWith("-ERR wrong number of arguments"));
    assertNull(engine.waiting);
    client.sendRaw("MULTI\r\nSET k 2\r\nEVAL code 0\r\nGET k\r\nEXEC\r\n");
    assertEquals("+OK\r\n+QUEUED\r\n", client.read());
    assertEquals("$-1", other.ask("GET k"));
    engine.finish();
    assertEquals("+QUEUED\r\n+QUEUED\r\n*3\r\n+OK\r\n+ran\r\n$1\r\n2\r\n", client.read());
  }

  @Test
  void aClientThatLeavesMeanwhileIsForgotten() {
    client.ask("EVAL code 0");
    client.disconnect();
    engine.finish();
    assertEquals("+ran", other.ask("EVAL code 0"));
  }

  /// Scripts that say that they ran, as soon as they may.
  private static final class SlowEngine implements ScriptEngine {
    private @Nullable Runnable waiting;
    private int opened;

    @Override
    public boolean prepare(Runnable done) {
      assertNull(waiting);
      waiting = done;
      return false;
    }

    void finish() {
      Runnable done = waiting;
      assertNotNull(done);
      done.run();
    }

    @Override
    public Interpreter open(boolean libraries, ScriptCalls calls) {
      opened++;
      return new Interpreter() {
        @Override
        public int compile(byte[] code, int from) {
          return 1;
        }

        @Override
        public void load(byte[] code, int from) {
          throw new IllegalStateException("no library is loaded here");
        }

        @Override
        public void release(int reference) {
          assertEquals(1, reference);
        }

        @Override
        public void run(
            int reference, Arguments call, int firstKey, int keys, String name, Reply reply) {
          reply.simple("ran");
        }

        @Override
        public long memoryBytes() {
          return 0;
        }

        @Override
        public void close(boolean lazily) {
          assertTrue(opened > 0);
        }
      };
    }
  }
}
