package io.skein.engine.command.geo;

/// Distances on a globe.
final class Earth {
  /// The mean radius of the globe.
  static final double RADIUS_METERS = 6372797.560856;

  private static final double DEGREE = Math.PI / 180.0;

  private Earth() {}

  static double radians(double degrees) {
    return degrees * DEGREE;
  }

  static double degrees(double radians) {
    return radians / DEGREE;
  }

  /// The distance of two places by the haversine formula, in meters.
  static double meters(double longitude1, double latitude1, double longitude2, double latitude2) {
    double v = Math.sin((radians(longitude2) - radians(longitude1)) / 2);
    if (v == 0) {
      return latitudeMeters(latitude1, latitude2);
    }
    double a = radians(latitude1);
    double b = radians(latitude2);
    double u = Math.sin((b - a) / 2);
    double haversine = u * u + Math.cos(a) * Math.cos(b) * v * v;
    return 2.0 * RADIUS_METERS * Math.asin(Math.sqrt(haversine));
  }

  /// The distance of two circles of latitude, in meters.
  static double latitudeMeters(double latitude1, double latitude2) {
    return RADIUS_METERS * Math.abs(radians(latitude2) - radians(latitude1));
  }
}
