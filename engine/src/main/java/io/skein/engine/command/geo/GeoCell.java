package io.skein.engine.command.geo;

/// A cell of a grid over the earth, of which each step has twice as many rows and columns as the
/// one before.
///
/// A cell's number takes, from the most significant on, one bit of its column and one of its row in
/// turn (Morton's curve), so that a cell's parts are a range of numbers. A place is the cell of
/// step [#PLACE_STEP] that it lies in, whose number fits the whole numbers that a double holds.
///
/// *See* Niemeyer's geohash, geohash.org.
///
/// @param bits the number
/// @param step how many bits column and row have, 0 for no cell
record GeoCell(long bits, int step) {
  /// The step of places.
  static final int PLACE_STEP = 26;

  /// Where the grid ends: the square of Mercator's projection, EPSG:3857.
  static final double MAX_LONGITUDE = 180;

  static final double MAX_LATITUDE = 85.05112878;

  /// Stands for no cell.
  static final GeoCell NONE = new GeoCell(0, 0);

  private static final long COLUMN_BITS = 0xaaaaaaaaaaaaaaaaL;
  private static final long ROW_BITS = 0x5555555555555555L;

  /// The cell of a place, which is within the grid.
  static GeoCell of(double longitude, double latitude, int step) {
    return of(longitude, latitude, step, MAX_LATITUDE);
  }

  /// As [#of(double, double, int)], in a grid that reaches to another latitude.
  static GeoCell of(double longitude, double latitude, int step, double maxLatitude) {
    double row = (latitude + maxLatitude) / (maxLatitude + maxLatitude) * (1L << step);
    double column = (longitude + MAX_LONGITUDE) / (2 * MAX_LONGITUDE) * (1L << step);
    return new GeoCell(spread((long) row) | spread((long) column) << 1, step);
  }

  /// The cell that is the score of a place.
  static GeoCell ofScore(double score) {
    return new GeoCell((long) score, PLACE_STEP);
  }

  /// Puts a zero before each bit of a number of 32 bits.
  private static long spread(long number) {
    long x = number & 0xffffffffL;
    x = (x | x << 16) & 0x0000ffff0000ffffL;
    x = (x | x << 8) & 0x00ff00ff00ff00ffL;
    x = (x | x << 4) & 0x0f0f0f0f0f0f0f0fL;
    x = (x | x << 2) & 0x3333333333333333L;
    return (x | x << 1) & ROW_BITS;
  }

  /// The number of every other bit.
  private static long squash(long number) {
    long x = number & ROW_BITS;
    x = (x | x >>> 1) & 0x3333333333333333L;
    x = (x | x >>> 2) & 0x0f0f0f0f0f0f0f0fL;
    x = (x | x >>> 4) & 0x00ff00ff00ff00ffL;
    x = (x | x >>> 8) & 0x0000ffff0000ffffL;
    return (x | x >>> 16) & 0xffffffffL;
  }

  private long row() {
    return squash(bits);
  }

  private long column() {
    return squash(bits >>> 1);
  }

  double south() {
    return latitudeOf(row());
  }

  double north() {
    return latitudeOf(row() + 1);
  }

  double west() {
    return longitudeOf(column());
  }

  double east() {
    return longitudeOf(column() + 1);
  }

  private double latitudeOf(long line) {
    return -MAX_LATITUDE + (line * 1.0 / (1L << step)) * (MAX_LATITUDE + MAX_LATITUDE);
  }

  private double longitudeOf(long line) {
    return -MAX_LONGITUDE + (line * 1.0 / (1L << step)) * (2 * MAX_LONGITUDE);
  }

  /// The longitude of the cell's middle.
  double longitude() {
    return Math.clamp((west() + east()) / 2, -MAX_LONGITUDE, MAX_LONGITUDE);
  }

  /// The latitude of the cell's middle.
  double latitude() {
    return Math.clamp((south() + north()) / 2, -MAX_LATITUDE, MAX_LATITUDE);
  }

  /// The least score of the places in the cell.
  double firstScore() {
    return (double) (bits << 2 * (PLACE_STEP - step));
  }

  /// One more than the greatest score of the places in the cell.
  double endScore() {
    return (double) (bits + 1 << 2 * (PLACE_STEP - step));
  }

  /// The cell so many columns to the east and rows to the north, -1 to 1 of each; the grid is a
  /// torus.
  GeoCell neighbour(int columns, int rows) {
    long moved = move(bits & COLUMN_BITS, columns, COLUMN_BITS, ROW_BITS);
    return new GeoCell(moved | move(bits & ROW_BITS, rows, ROW_BITS, COLUMN_BITS), step);
  }

  /// Adds to the bits of one axis, with those of the other filled so that a carry passes them.
  ///
  /// Who does not move keeps even the bit beyond the grid that a place on its very edge has.
  private long move(long own, int by, long ownBits, long otherBits) {
    if (by == 0) {
      return own;
    }
    int unused = Long.SIZE - 2 * step;
    long filler = otherBits >>> unused;
    long moved = by > 0 ? own + filler + 1 : (own | filler) - (filler + 1);
    return moved & ownBits >>> unused;
  }
}
