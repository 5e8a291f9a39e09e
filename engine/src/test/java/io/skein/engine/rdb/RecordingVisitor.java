package io.skein.engine.rdb;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Writes down what a decoder tells it, one line for each event.
final class RecordingVisitor implements RdbVisitor {
  final List<String> seen = new ArrayList<>();
  int keys;

  @Override
  public void onStart(int version) {
    seen.add("start " + version);
  }

  @Override
  public void onAux(byte[] name, byte[] value) {
    seen.add("aux " + text(name) + "=" + text(value));
  }

  @Override
  public void onSelectDb(int db) {
    seen.add("db " + db);
  }

  @Override
  public void onResizeDb(int db, long keyCount, long expiring) {
    seen.add("resize " + db + " " + keyCount + " " + expiring);
  }

  @Override
  public void onFunction(byte[] code) {
    seen.add("function " + text(code));
  }

  @Override
  public void onKey(RdbEntry entry) {
    keys++;
    StringBuilder line = new StringBuilder("key " + entry.db() + " " + text(entry.key()));
    line.append(" at ").append(entry.expireAtMs());
    line.append(" idle ").append(entry.idleSeconds()).append(" freq ").append(entry.frequency());
    if (entry.isString()) {
      byte[] value = new byte[entry.valueLength()];
      System.arraycopy(entry.valueArray(), entry.valueOffset(), value, 0, value.length);
      line.append(" = ").append(text(value));
    } else {
      line.append(' ').append(entry.type().label()).append(' ');
      line.append(HexFormat.of().formatHex(entry.raw()));
    }
    seen.add(line.toString());
  }

  @Override
  public void onEnd(Checksum checksum) {
    seen.add("end " + checksum);
  }

  private static String text(byte[] b) {
    return new String(b, StandardCharsets.ISO_8859_1);
  }
}
