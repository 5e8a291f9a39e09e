package io.skein.engine.command.geo;

import java.util.ArrayList;
import java.util.List;

/// What a search covers: the places within a circle or a box around its middle.
final class GeoArea {
  /// Half of the equator in Mercator's projection.
  private static final double MERCATOR_MAX = 20037726.37;

  private static final double OUTSIDE = -1;

  private final double longitude;
  private final double latitude;
  private final boolean isBox;
  private final double widthMeters;
  private final double heightMeters;

  private GeoArea(double longitude, double latitude, boolean isBox, double width, double height) {
    this.longitude = longitude;
    this.latitude = latitude;
    this.isBox = isBox;
    this.widthMeters = width;
    this.heightMeters = height;
  }

  static GeoArea circle(double longitude, double latitude, double radiusMeters) {
    return new GeoArea(longitude, latitude, false, radiusMeters, radiusMeters);
  }

  static GeoArea box(double longitude, double latitude, double widthMeters, double heightMeters) {
    return new GeoArea(longitude, latitude, true, widthMeters, heightMeters);
  }

  /// The distance of a place from the middle in meters, or a negative number when it is outside.
  double distance(double toLongitude, double toLatitude) {
    if (!isBox) {
      double meters = Earth.meters(longitude, latitude, toLongitude, toLatitude);
      return meters > widthMeters ? OUTSIDE : meters;
    }
    if (Earth.latitudeMeters(toLatitude, latitude) > heightMeters / 2
        || Earth.meters(toLongitude, toLatitude, longitude, toLatitude) > widthMeters / 2) {
      return OUTSIDE;
    }
    return Earth.meters(longitude, latitude, toLongitude, toLatitude);
  }

  /// Up to nine cells that cover the area: that of its middle and those around it, in the order in
  /// which Redis searches them. Far around the poles the same cell can come again.
  List<GeoCell> cells() {
    double halfHeight = isBox ? heightMeters / 2 : heightMeters;
    double halfWidth = isBox ? widthMeters / 2 : widthMeters;
    double rows = Earth.degrees(halfHeight / Earth.RADIUS_METERS);
    // The parallel nearer to the pole is the shorter.
    double parallel = latitude < 0 ? latitude - rows : latitude + rows;
    double columns =
        Earth.degrees(halfWidth / Earth.RADIUS_METERS / Math.cos(Earth.radians(parallel)));
    double reach = isBox ? Math.sqrt(halfWidth * halfWidth + halfHeight * halfHeight) : halfWidth;
    int step = step(reach);
    GeoCell middle = GeoCell.of(longitude, latitude, step);
    if (step > 1 && !isCovered(middle, rows, columns)) {
      step--;
      middle = GeoCell.of(longitude, latitude, step);
    }
    // With only four cells in all, none may be left out.
    boolean needed = step < 2;
    boolean south = needed || !(middle.south() < latitude - rows);
    boolean north = needed || !(middle.north() > latitude + rows);
    boolean west = needed || !(middle.west() < longitude - columns);
    boolean east = needed || !(middle.east() > longitude + columns);
    List<GeoCell> cells = new ArrayList<>(9);
    cells.add(middle);
    add(cells, middle, 0, 1, north);
    add(cells, middle, 0, -1, south);
    add(cells, middle, 1, 0, east);
    add(cells, middle, -1, 0, west);
    add(cells, middle, 1, 1, north && east);
    add(cells, middle, -1, 1, north && west);
    add(cells, middle, 1, -1, south && east);
    add(cells, middle, -1, -1, south && west);
    return cells;
  }

  private static void add(
      List<GeoCell> cells, GeoCell middle, int columns, int rows, boolean needed) {
    cells.add(needed ? middle.neighbour(columns, rows) : GeoCell.NONE);
  }

  /// The step at which nine cells are about as large as what is within `meters`.
  private int step(double meters) {
    if (meters == 0) {
      return GeoCell.PLACE_STEP;
    }
    int step = 1;
    for (double range = meters; range < MERCATOR_MAX; range *= 2) {
      step++;
    }
    step -= 2;
    // Towards the poles cells are narrower than they are drawn.
    if (latitude > 66 || latitude < -66) {
      step--;
      if (latitude > 80 || latitude < -80) {
        step--;
      }
    }
    return Math.clamp(step, 1, GeoCell.PLACE_STEP);
  }

  /// Whether the cells around the middle reach as far as the area.
  private boolean isCovered(GeoCell middle, double rows, double columns) {
    return !(middle.neighbour(0, 1).north() < latitude + rows)
        && !(middle.neighbour(0, -1).south() > latitude - rows)
        && !(middle.neighbour(1, 0).east() < longitude + columns)
        && !(middle.neighbour(-1, 0).west() > longitude - columns);
  }
}
