package io.skein.engine.command.geo;

import io.skein.engine.command.Call;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.value.SortedSetValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one call of GEOSEARCH or one of its kin asks for.
final class SearchRequest {
  /// The commands.
  enum Kind {
    AROUND_PLACE,
    AROUND_PLACE_RO,
    AROUND_MEMBER,
    AROUND_MEMBER_RO,
    SEARCH,
    SEARCH_STORE;

    private boolean isSearch() {
      return this == SEARCH || this == SEARCH_STORE;
    }

    private boolean mayStore() {
      return this == AROUND_PLACE || this == AROUND_MEMBER;
    }

    private int firstOption() {
      return switch (this) {
        case AROUND_PLACE, AROUND_PLACE_RO -> 6;
        case AROUND_MEMBER, AROUND_MEMBER_RO -> 5;
        case SEARCH -> 2;
        case SEARCH_STORE -> 3;
      };
    }
  }

  private static final CommandError NO_MEMBER =
      new CommandError("ERR could not decode requested zset member");
  private static final CommandError NO_COUNT = new CommandError("ERR COUNT must be > 0");
  private static final CommandError ANY_WITHOUT_COUNT =
      new CommandError("ERR the ANY argument requires COUNT argument");

  private final Call call;
  private final Kind kind;
  private final @Nullable SortedSetValue value;

  private boolean placeGiven;
  private boolean memberGiven;
  private boolean radiusGiven;
  private boolean boxGiven;
  private double longitude;
  private double latitude;
  private double width;
  private double height;
  private double unit = 1;

  private boolean distance;
  private boolean hash;
  private boolean place;
  private boolean any;
  private long count;
  private boolean sorted;
  private boolean descending;
  private int storeArgument;
  private boolean storesDistance;

  private SearchRequest(Call call, Kind kind, @Nullable SortedSetValue value) {
    this.call = call;
    this.kind = kind;
    this.value = value;
  }

  /// Reads the arguments.
  ///
  /// @param value where to search, or null when there is no such key
  static SearchRequest read(Call call, Kind kind, @Nullable SortedSetValue value) {
    SearchRequest request = new SearchRequest(call, kind, value);
    request.readCircle();
    int i = kind.firstOption();
    while (i < call.count()) {
      i += request.readOption(i, call.count() - i - 1);
    }
    request.check();
    return request;
  }

  private void readCircle() {
    switch (kind) {
      case AROUND_PLACE, AROUND_PLACE_RO -> {
        around(GeoNumbers.place(call, 2));
        radius(4);
      }
      case AROUND_MEMBER, AROUND_MEMBER_RO -> {
        if (value != null) {
          aroundMember(2);
          radius(3);
        }
      }
      case SEARCH -> {}
      case SEARCH_STORE -> storeArgument = 1;
    }
  }

  private void around(double[] longitudeAndLatitude) {
    longitude = longitudeAndLatitude[0];
    latitude = longitudeAndLatitude[1];
  }

  private void aroundMember(int i) {
    GeoCell cell = PlaceCommands.place(call, value, i);
    if (cell == null) {
      throw NO_MEMBER;
    }
    longitude = cell.longitude();
    latitude = cell.latitude();
  }

  private void radius(int i) {
    width = GeoNumbers.radius(call, i);
    unit = GeoNumbers.unit(call, i + 1);
  }

  /// Reads the option at argument `i`, behind which there are `left` more, and returns how many
  /// arguments it takes.
  private int readOption(int i, int left) {
    if (call.is(i, "WITHDIST")) {
      distance = true;
    } else if (call.is(i, "WITHHASH")) {
      hash = true;
    } else if (call.is(i, "WITHCOORD")) {
      place = true;
    } else if (call.is(i, "ANY")) {
      any = true;
    } else if (call.is(i, "ASC") || call.is(i, "DESC")) {
      sorted = true;
      descending = call.is(i, "DESC");
    } else if (call.is(i, "COUNT") && left >= 1) {
      count = call.integer(i + 1);
      if (count <= 0) {
        throw NO_COUNT;
      }
      return 2;
    } else if (kind.mayStore() && left >= 1 && (call.is(i, "STORE") || call.is(i, "STOREDIST"))) {
      storeArgument = i + 1;
      storesDistance = call.is(i, "STOREDIST");
      return 2;
    } else if (kind == Kind.SEARCH_STORE && call.is(i, "STOREDIST")) {
      storesDistance = true;
    } else if (kind.isSearch()) {
      return readArea(i, left);
    } else {
      throw Errors.SYNTAX;
    }
    return 1;
  }

  private int readArea(int i, int left) {
    if (call.is(i, "FROMMEMBER") && left >= 1 && !placeGiven) {
      if (value != null) {
        aroundMember(i + 1);
      }
      memberGiven = true;
      return 2;
    }
    if (call.is(i, "FROMLONLAT") && left >= 2 && !memberGiven) {
      around(GeoNumbers.place(call, i + 1));
      placeGiven = true;
      return 3;
    }
    if (call.is(i, "BYRADIUS") && left >= 2 && !boxGiven) {
      radius(i + 1);
      radiusGiven = true;
      return 3;
    }
    if (call.is(i, "BYBOX") && left >= 3 && !radiusGiven) {
      double[] box = GeoNumbers.box(call, i + 1);
      width = box[0];
      height = box[1];
      unit = GeoNumbers.unit(call, i + 3);
      boxGiven = true;
      return 4;
    }
    throw Errors.SYNTAX;
  }

  private void check() {
    if (storeArgument != 0 && additions() > 0) {
      throw new CommandError(
          "ERR "
              + (kind.isSearch() ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS")
              + " is not compatible with WITHDIST, WITHHASH and WITHCOORD options");
    }
    if (kind.isSearch() && !memberGiven && !placeGiven) {
      throw new CommandError(
          "ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for " + call.string(0));
    }
    if (kind.isSearch() && !radiusGiven && !boxGiven) {
      throw new CommandError(
          "ERR exactly one of BYRADIUS and BYBOX can be specified for " + call.string(0));
    }
    if (any && count == 0) {
      throw ANY_WITHOUT_COUNT;
    }
  }

  GeoArea area() {
    return boxGiven
        ? GeoArea.box(longitude, latitude, width * unit, height * unit)
        : GeoArea.circle(longitude, latitude, width * unit);
  }

  /// Sorts what was found, as far as that was asked for or is needed to choose the nearest.
  void sort(List<Search.Found> found) {
    if (sorted || count != 0 && !any) {
      Search.sort(found, descending);
    }
  }

  /// How many meters the unit of the call has.
  double unit() {
    return unit;
  }

  /// How many are wanted, or 0 for all.
  long count() {
    return count;
  }

  /// Whether any of those in the area will do.
  boolean any() {
    return any;
  }

  /// The argument that is the key to store to, or 0.
  int storeArgument() {
    return storeArgument;
  }

  /// Whether distances are stored as scores, and not places.
  boolean storesDistance() {
    return storesDistance;
  }

  /// What has happened to the key that was stored to.
  String event() {
    return kind.isSearch() ? "geosearchstore" : "georadiusstore";
  }

  boolean withDistance() {
    return distance;
  }

  boolean withHash() {
    return hash;
  }

  boolean withPlace() {
    return place;
  }

  /// How much is replied of a member beside itself.
  int additions() {
    return (distance ? 1 : 0) + (hash ? 1 : 0) + (place ? 1 : 0);
  }
}
