package io.skein.simulator.sentinel;

/// A machine of the simulation with one process on it.
abstract class SimHost {
  final int number;
  final String ip;
  boolean up = true;
  boolean paused;

  SimHost(int number) {
    this.number = number;
    this.ip = "10.0.0." + (number + 1);
  }

  /// Takes requests that came over `pipe`.
  abstract void received(Pipe pipe, byte[] bytes);

  /// The connection was closed by the other side.
  void closed(Pipe pipe) {}
}
