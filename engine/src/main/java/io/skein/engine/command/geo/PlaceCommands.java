package io.skein.engine.command.geo;

import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import io.skein.engine.value.SortedSetValue;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// GEOADD, GEOPOS, GEODIST and GEOHASH: members and their places.
final class PlaceCommands {
  static final String UNIT = "(unit: M | KM | FT | MI)";

  private static final byte[] ZADD = "ZADD".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ALPHABET =
      "0123456789bcdefghjkmnpqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);

  /// What is replied as a geohash: ten characters of five bits, and one of the two that are left,
  /// which always is a zero.
  private static final int HASH_CHARACTERS = 11;

  void declare(CommandTable table) {
    table.add(geoadd());
    table.add(
        about(
                "geopos",
                "O(1) for each member asked for.",
                "key [member...]",
                "Returns the longitudes and latitudes of members.")
            .does(PlaceCommands::geopos));
    table.add(
        about(
                "geodist",
                "O(1)",
                "key member1 member2 [unit: M | KM | FT | MI]",
                "Returns the distance of two members.")
            .does(PlaceCommands::geodist));
    table.add(
        about(
                "geohash",
                "O(1) for each member asked for.",
                "key [member...]",
                "Returns the places of members as geohashes.")
            .does(PlaceCommands::geohash));
  }

  private static Command geoadd() {
    return Command.named("geoadd")
        .group(Group.GEO)
        .docs(
            "3.2.0",
            "O(log(N)) for each member, N being the number of members.",
            "Says where members are, adding those that are not there yet.")
        .history("6.2.0", "Options `CH`, `NX` and `XX`.")
        .syntax(
            "key [condition: NX | XX] [change: CH]"
                + " (data: longitude:double latitude:double member)...")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.UPDATE, 1))
        .does(PlaceCommands::geoadd);
  }

  private static void geoadd(Call call) {
    boolean nx = false;
    boolean xx = false;
    boolean ch = false;
    int first = 2;
    for (; first < call.count(); first++) {
      if (call.is(first, "NX")) {
        nx = true;
      } else if (call.is(first, "XX")) {
        xx = true;
      } else if (call.is(first, "CH")) {
        ch = true;
      } else {
        break;
      }
    }
    int count = (call.count() - first) / 3;
    if (count == 0 || (call.count() - first) % 3 != 0 || nx && xx) {
      throw Errors.SYNTAX;
    }
    long[] scores = new long[count];
    for (int i = 0; i < count; i++) {
      double[] place = GeoNumbers.place(call, first + 3 * i);
      scores[i] = GeoCell.of(place[0], place[1], GeoCell.PLACE_STEP).bits();
    }
    add(call, first, scores, nx, xx, ch);
  }

  private static void add(Call call, int first, long[] scores, boolean nx, boolean xx, boolean ch) {
    Key key = call.keyAt(0);
    SortedSetValue value = call.database().write(key, SortedSetValue.TYPE);
    if (value == null && !xx) {
      value = call.database().open(key, SortedSetValue.TYPE);
      value.prepare(scores.length, call.length(first + 2));
    } else if (value != null) {
      value.prepare(scores.length, 0);
    }
    int added = 0;
    int updated = 0;
    for (int i = 0; i < scores.length && value != null; i++) {
      int member = first + 3 * i + 2;
      if (!value.locate(call.buffer(), call.offset(member), call.length(member))) {
        if (!xx) {
          value.add((double) scores[i]);
          added++;
        }
      } else if (!nx && value.score() != scores[i]) {
        value.rescore((double) scores[i]);
        updated++;
      }
    }
    if (added + updated > 0) {
      call.dirty(added + updated);
      log(call, first, scores);
      call.notify(EventClass.SORTED_SET, "zadd", key);
    }
    call.reply().integer(ch ? added + updated : added);
  }

  /// Logs what a server that knows nothing of places understands.
  private static void log(Call call, int first, long[] scores) {
    byte[][] zadd = new byte[first + 2 * scores.length][];
    zadd[0] = ZADD;
    for (int i = 1; i < first; i++) {
      zadd[i] = call.bytes(i);
    }
    for (int i = 0; i < scores.length; i++) {
      zadd[first + 2 * i] = Numbers.toBytes(scores[i]);
      zadd[first + 2 * i + 1] = call.bytes(first + 3 * i + 2);
    }
    call.logAs(zadd);
  }

  private static Command about(String name, String cost, String syntax, String summary) {
    return Command.named(name)
        .group(Group.GEO)
        .docs("3.2.0", cost, summary)
        .syntax(syntax)
        .flags(CommandFlag.READONLY)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1));
  }

  /// The place of the member that is argument `i`, or null.
  static @Nullable GeoCell place(Call call, @Nullable SortedSetValue value, int i) {
    return value != null && value.locate(call.buffer(), call.offset(i), call.length(i))
        ? GeoCell.ofScore(value.score())
        : null;
  }

  private static void geopos(Call call) {
    SortedSetValue value = call.database().read(call.keyAt(0), SortedSetValue.TYPE);
    call.reply().array(call.count() - 2);
    for (int i = 2; i < call.count(); i++) {
      GeoCell place = place(call, value, i);
      if (place == null) {
        call.reply().nullArray();
      } else {
        GeoNumbers.replyPlace(call.reply(), place.longitude(), place.latitude());
      }
    }
  }

  private static void geodist(Call call) {
    if (call.count() > 5) {
      throw Errors.SYNTAX;
    }
    double unit = call.count() == 5 ? GeoNumbers.unit(call, 4) : 1;
    SortedSetValue value = call.database().read(call.keyAt(0), SortedSetValue.TYPE);
    GeoCell a = place(call, value, 2);
    GeoCell b = place(call, value, 3);
    if (a == null || b == null) {
      call.reply().nullBulk();
      return;
    }
    double meters = Earth.meters(a.longitude(), a.latitude(), b.longitude(), b.latitude());
    GeoNumbers.replyDistance(call.reply(), meters / unit);
  }

  private static void geohash(Call call) {
    SortedSetValue value = call.database().read(call.keyAt(0), SortedSetValue.TYPE);
    Reply reply = call.reply();
    reply.array(call.count() - 2);
    for (int i = 2; i < call.count(); i++) {
      GeoCell place = place(call, value, i);
      if (place == null) {
        reply.nullBulk();
      } else {
        reply.bulk(geohash(place));
      }
    }
  }

  /// The geohash of a place, whose grid reaches to the poles.
  private static byte[] geohash(GeoCell place) {
    GeoCell cell = GeoCell.of(place.longitude(), place.latitude(), GeoCell.PLACE_STEP, 90);
    byte[] text = new byte[HASH_CHARACTERS];
    for (int i = 0; i < HASH_CHARACTERS - 1; i++) {
      text[i] = ALPHABET[(int) (cell.bits() >>> 2 * GeoCell.PLACE_STEP - 5 * (i + 1)) & 0x1f];
    }
    text[HASH_CHARACTERS - 1] = ALPHABET[0];
    return text;
  }
}
