package io.skein.engine.rdb;

import io.skein.engine.keyspace.SnapshotSink.Steps;
import io.skein.engine.rdb.RdbException.Fault;
import io.skein.engine.value.ListValue;
import io.skein.engine.value.Quicklist;
import io.skein.engine.value.ValueType;

/// Lists in files: node by node, a listpack as its bytes and a large element as it is.
final class ListFormat implements ValueFormat<ListValue> {
  private static final int PLAIN = 1;
  private static final int PACKED = 2;

  @Override
  public ValueType<ListValue> type() {
    return ListValue.TYPE;
  }

  @Override
  public RdbType formOf(ListValue list) {
    return RdbType.LIST_QUICKLIST_2;
  }

  @Override
  public Steps begin(ListValue list, RdbEncoder out) {
    if (list.isPacked()) {
      out.writeLength(1);
      out.writeLength(PACKED);
      out.writeString(list.listpack(), list.listpackBytes());
      return DONE;
    }
    Quicklist quicklist = list.quicklist();
    out.writeLength(quicklist.nodeCount());
    return new Nodes(quicklist, out);
  }

  /// The nodes of a list on their way out.
  private static final class Nodes implements Steps {
    private final Quicklist quicklist;
    private final RdbEncoder out;
    private int next;

    Nodes(Quicklist quicklist, RdbEncoder out) {
      this.quicklist = quicklist;
      this.out = out;
    }

    @Override
    public boolean step(int elements) {
      long left = elements;
      for (; next < quicklist.nodeCount() && left > 0; next++) {
        out.writeLength(quicklist.isPlain(next) ? PLAIN : PACKED);
        out.writeString(quicklist.content(next), quicklist.bytes(next));
        left -= quicklist.count(next);
      }
      quicklist.doneReading();
      return next == quicklist.nodeCount();
    }
  }

  @Override
  public boolean reads(RdbType form) {
    return switch (form) {
      case LIST, LIST_ZIPLIST, LIST_QUICKLIST, LIST_QUICKLIST_2 -> true;
      default -> false;
    };
  }

  @Override
  public void read(RdbType form, RdbReader in, ListValue into) {
    switch (form) {
      case LIST -> readElements(in, into);
      case LIST_ZIPLIST -> {
        into.unpack();
        readZiplist(in, into.quicklist());
      }
      case LIST_QUICKLIST -> {
        int count = in.readCount();
        into.unpack();
        for (int i = 0; i < count; i++) {
          readZiplist(in, into.quicklist());
        }
      }
      default -> readNodes(in, into);
    }
    into.completed();
  }

  private static void readElements(RdbReader in, ListValue into) {
    int count = in.readCount();
    into.unpack();
    for (int i = 0; i < count; i++) {
      in.readString();
      into.push(false, in.array(), in.offset(), in.length());
    }
  }

  private static void readZiplist(RdbReader in, Quicklist into) {
    PackedItems items = PackedItems.ziplist(in);
    boolean first = true;
    while (items.next()) {
      into.add(first, items.array(), items.offset(), items.length());
      first = false;
    }
  }

  private static void readNodes(RdbReader in, ListValue into) {
    int count = in.readCount();
    into.unpack();
    for (int i = 0; i < count; i++) {
      long form = in.readLength();
      long at = in.fileOffset();
      in.readString();
      if (in.length() == 0) {
        throw new RdbException(Fault.CORRUPT, at, "a node of a list that holds nothing");
      } else if (form == PLAIN) {
        into.quicklist().addPlain(in.array(), in.offset(), in.length());
      } else if (form != PACKED) {
        throw new RdbException(Fault.CORRUPT, at, "a node of a list that is neither of both forms");
      } else if (!into.quicklist().addPacked(in.array(), in.offset(), in.length())) {
        throw new RdbException(Fault.CORRUPT, at, "a listpack that is not sound");
      }
    }
  }
}
