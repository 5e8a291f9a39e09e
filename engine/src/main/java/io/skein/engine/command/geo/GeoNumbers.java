package io.skein.engine.command.geo;

import io.skein.engine.bytes.Doubles;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.Call;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/// Coordinates, distances and units, as they are read and replied.
final class GeoNumbers {
  private static final CommandError UNIT =
      new CommandError("ERR unsupported unit provided. please use M, KM, FT, MI");
  private static final CommandError NEGATIVE_RADIUS =
      new CommandError("ERR radius cannot be negative");
  private static final CommandError NEGATIVE_BOX =
      new CommandError("ERR height or width cannot be negative");

  private GeoNumbers() {}

  /// A longitude at argument `i` with its latitude behind it.
  static double[] place(Call call, int i) {
    double longitude = number(call, i, Errors.NOT_A_FLOAT);
    double latitude = number(call, i + 1, Errors.NOT_A_FLOAT);
    if (Math.abs(longitude) > GeoCell.MAX_LONGITUDE || Math.abs(latitude) > GeoCell.MAX_LATITUDE) {
      throw new CommandError(
          "ERR invalid longitude,latitude pair " + fixed(longitude) + "," + fixed(latitude));
    }
    return new double[] {longitude, latitude};
  }

  private static String fixed(double value) {
    if (Double.isInfinite(value)) {
      return value < 0 ? "-inf" : "inf";
    }
    String text = new BigDecimal(value).setScale(6, RoundingMode.HALF_EVEN).toPlainString();
    boolean negative = Double.doubleToRawLongBits(value) < 0;
    return negative && text.charAt(0) != '-' ? "-" + text : text;
  }

  static double number(Call call, int i, CommandError error) {
    double value = Doubles.parse(call.buffer(), call.offset(i), call.length(i));
    if (Double.isNaN(value)) {
      throw error;
    }
    return value;
  }

  /// How many meters the unit at argument `i` has.
  static double unit(Call call, int i) {
    if (call.is(i, "M")) {
      return 1;
    }
    if (call.is(i, "KM")) {
      return 1000;
    }
    if (call.is(i, "FT")) {
      return 0.3048;
    }
    if (call.is(i, "MI")) {
      return 1609.34;
    }
    throw UNIT;
  }

  static double radius(Call call, int i) {
    double radius = number(call, i, new CommandError("ERR need numeric radius"));
    if (radius < 0) {
      throw NEGATIVE_RADIUS;
    }
    return radius;
  }

  /// Width and height at argument `i` and the next.
  static double[] box(Call call, int i) {
    double width = number(call, i, new CommandError("ERR need numeric width"));
    double height = number(call, i + 1, new CommandError("ERR need numeric height"));
    if (width < 0 || height < 0) {
      throw NEGATIVE_BOX;
    }
    return new double[] {width, height};
  }

  /// Replies a distance with four decimals.
  static void replyDistance(Reply reply, double distance) {
    long units = (long) Math.rint(distance * 10_000);
    byte[] digits = Numbers.toBytes(units / 10_000);
    byte[] text = new byte[digits.length + 5];
    System.arraycopy(digits, 0, text, 0, digits.length);
    text[digits.length] = '.';
    long rest = units % 10_000;
    for (int i = 4; i > 0; i--) {
      text[digits.length + i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    reply.bulk(text);
  }

  /// Replies longitude and latitude.
  static void replyPlace(Reply reply, double longitude, double latitude) {
    reply.array(2);
    replyCoordinate(reply, longitude);
    replyCoordinate(reply, latitude);
  }

  private static void replyCoordinate(Reply reply, double degrees) {
    BigDecimal rounded = new BigDecimal(degrees).setScale(17, RoundingMode.HALF_EVEN);
    String text = rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    reply.doubleText(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
