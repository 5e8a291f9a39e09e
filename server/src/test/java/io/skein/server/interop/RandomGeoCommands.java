package io.skein.server.interop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Commands on places, most of them sensible, on few keys so that they meet.
///
/// No two places are the same, since Redis shows the members of one place in no certain order. The
/// distances that are stored as scores are not compared: their last digits are those of the sines
/// and cosines of each server's mathematical library.
final class RandomGeoCommands extends RandomFamily {
  private static final List<String> KEYS = List.of("g", "h", "to", "distances");
  private static final String[] JUNK = {"x", "", "-1", "200", "nan", "inf", "-100.5"};

  RandomGeoCommands(long seed) {
    super(seed);
  }

  @Override
  public List<String> keys() {
    return KEYS;
  }

  @Override
  public List<String[]> questions(String key) {
    return List.of(
        new String[] {"ZCARD", key},
        key.equals("distances")
            ? new String[] {"ZRANGE", key, "0", "-1"}
            : new String[] {"ZRANGE", key, "0", "-1", "WITHSCORES"});
  }

  private String key() {
    return one("g", "g", "g", "h");
  }

  private String member() {
    return "m" + random.nextInt(50);
  }

  private List<String> members() {
    List<String> members = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      members.add(member());
    }
    return members;
  }

  private String number(double from, double to) {
    return String.format(Locale.ROOT, "%.7f", random.nextDouble(from, to));
  }

  /// A place anywhere, in one of two towns, or beside the edge of the map.
  private List<String> place() {
    return switch (random.nextInt(20)) {
      case 0 -> List.of(one(JUNK), number(-80, 80));
      case 1 -> List.of(number(-180, 180), one(JUNK));
      case 2, 3 -> List.of(number(179.9, 180), number(-80, 80));
      case 4, 5 -> List.of(number(-180, -179.9), number(-85, 85));
      case 6, 7, 8, 9 -> List.of(number(2.2, 2.5), number(48.7, 49));
      case 10, 11, 12 -> List.of(number(-0.3, 0.3), number(-0.3, 0.3));
      default -> List.of(number(-180, 180), number(-85, 85));
    };
  }

  private String radius() {
    return chance(4)
        ? one(JUNK)
        : one("0", "10", "100", "1000", "5000", "200.5", "1e5", "500000", "2000000", "20000000");
  }

  private String unit() {
    return chance(3) ? one("x", "", "meters") : one("m", "km", "ft", "mi", "KM", "Mi");
  }

  private List<String> maybe(int percent, String... words) {
    return chance(percent) ? Arrays.asList(words) : List.of();
  }

  private List<String> options(boolean stored) {
    List<String> options = new ArrayList<>();
    if (!stored || chance(3)) {
      options.addAll(maybe(40, "WITHDIST"));
      options.addAll(maybe(40, "WITHCOORD"));
      options.addAll(maybe(40, "WITHHASH"));
    }
    options.addAll(maybe(50, one("ASC", "desc")));
    options.addAll(maybe(40, "COUNT", chance(10) ? one("0", "-1", "x") : one("1", "3", "10")));
    options.addAll(maybe(15, "ANY"));
    return options;
  }

  private List<String> area() {
    List<String> area = new ArrayList<>();
    if (chance(97)) {
      if (chance(50)) {
        area.add("FROMLONLAT");
        area.addAll(place());
      } else {
        area.addAll(List.of("FROMMEMBER", member()));
      }
    }
    if (chance(97)) {
      area.addAll(
          chance(50)
              ? List.of("BYRADIUS", radius(), unit())
              : List.of("BYBOX", radius(), radius(), unit()));
    }
    return area;
  }

  private String[] call(Object... parts) {
    List<String> call = new ArrayList<>();
    for (Object part : parts) {
      if (part instanceof List<?> several) {
        several.forEach(s -> call.add((String) s));
      } else {
        call.add(String.valueOf(part));
      }
    }
    if (chance(1)) {
      call.remove(call.size() - 1);
    }
    return call.toArray(new String[0]);
  }

  @Override
  public String[] next() {
    return switch (random.nextInt(14)) {
      case 0, 1, 2 -> add();
      case 3 -> call("GEOPOS", key(), members());
      case 4 -> call("GEODIST", key(), member(), member(), maybe(60, unit()));
      case 5 -> call("GEOHASH", key(), members());
      case 6, 7 -> call("GEOSEARCH", key(), area(), options(false));
      case 8 -> call("GEOSEARCHSTORE", "to", key(), area(), options(true));
      case 9 -> call("GEOSEARCHSTORE", "distances", key(), area(), options(true), "STOREDIST");
      case 10 ->
          call(one("GEORADIUS", "GEORADIUS_RO"), key(), place(), radius(), unit(), options(false));
      case 11 ->
          call(
              one("GEORADIUSBYMEMBER", "GEORADIUSBYMEMBER_RO"),
              key(),
              member(),
              radius(),
              unit(),
              options(false));
      case 12 -> call("GEORADIUS", key(), place(), radius(), unit(), options(true), "STORE", "to");
      default -> chance(10) ? call("DEL", key()) : call("ZREM", key(), members());
    };
  }

  private String[] add() {
    List<String> places = new ArrayList<>();
    for (int i = chance(10) ? 30 : random.nextInt(3); i >= 0; i--) {
      places.addAll(place());
      places.add(member());
    }
    return call(
        "GEOADD", key(), maybe(20, one("NX", "XX", "nx")), maybe(20, one("CH", "XX")), places);
  }
}
