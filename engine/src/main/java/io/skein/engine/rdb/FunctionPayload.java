package io.skein.engine.rdb;

import io.skein.engine.resp.CommandError;
import java.util.ArrayList;
import java.util.List;

/// The form in which FUNCTION DUMP gives libraries and FUNCTION RESTORE takes them: as in a file,
/// one behind the other, with the footer of [DumpPayload].
public final class FunctionPayload {
  private static final Shape STRING = Shape.of(Shape.STRING);

  private FunctionPayload() {}

  /// The payload of these source texts.
  public static byte[] of(List<byte[]> sources) {
    RdbEncoder out = new RdbEncoder(new RdbOptions(RdbFormat.PLAIN_VERSION, true, false));
    for (byte[] code : sources) {
      out.function(code);
    }
    return DumpPayload.seal(out.take(), RdbFormat.PLAIN_VERSION);
  }

  /// The source texts in a payload that [DumpPayload#verify] holds sound.
  ///
  /// @throws CommandError when it holds anything else, or is broken
  public static List<byte[]> sources(byte[] payload) {
    int end = payload.length - DumpPayload.FOOTER_BYTES;
    List<byte[]> sources = new ArrayList<>();
    ShapeScanner scanner = new ShapeScanner();
    RdbReader reader = new RdbReader();
    int at = 0;
    while (at < end) {
      int type = payload[at++] & 0xff;
      if (type == RdbFormat.FUNCTION_PRE_GA) {
        throw new CommandError("ERR Pre-GA function format not supported");
      }
      if (type != RdbFormat.FUNCTION2) {
        throw new CommandError("ERR given type is not a function");
      }
      try {
        scanner.begin(STRING);
        int next = scanner.scan(payload, at, end, 0);
        if (!scanner.done()) {
          throw new CommandError("ERR Failed loading library data");
        }
        reader.reset(payload, at, next - at, at);
        reader.readString();
        sources.add(reader.copy());
        at = next;
      } catch (RdbException broken) {
        throw new CommandError("ERR Failed loading library data");
      }
    }
    return sources;
  }
}
