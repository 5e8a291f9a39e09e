package io.skein.engine.command.hyperloglog;

/// How many different elements set registers as they are.
///
/// *See* Otmar Ertl, "New cardinality estimation algorithms for HyperLogLog sketches", 2017.
final class Estimate {
  /// 1 / (2 ln 2).
  private static final double ALPHA = 0.721347520444481703680;

  /// One more than the values that a register has: 6 bits may hold what no hash leads to.
  static final int HISTOGRAM_SIZE = 64;

  private Estimate() {}

  /// The estimate for registers of which `histogram[v]` have the value `v`.
  static long of(int[] histogram) {
    double m = Sketch.REGISTERS;
    double z = m * tau((m - histogram[Sketch.COUNT_LIMIT]) / m);
    for (int v = Sketch.COUNT_LIMIT - 1; v >= 1; v--) {
      z += histogram[v];
      z *= 0.5;
    }
    z += m * sigma(histogram[0] / m);
    return Math.round(ALPHA * m * m / z);
  }

  private static double sigma(double share) {
    if (share == 1.0) {
      return Double.POSITIVE_INFINITY;
    }
    double x = share;
    double y = 1;
    double z = x;
    double last;
    do {
      x *= x;
      last = z;
      z += x * y;
      y += y;
    } while (last != z);
    return z;
  }

  private static double tau(double share) {
    if (share == 0.0 || share == 1.0) {
      return 0.0;
    }
    double x = share;
    double y = 1;
    double z = 1 - x;
    double last;
    do {
      x = Math.sqrt(x);
      last = z;
      y *= 0.5;
      z -= (1 - x) * (1 - x) * y;
    } while (last != z);
    return z / 3;
  }
}
