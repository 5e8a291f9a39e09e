package io.skein.engine.cluster.bus;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The kinds of messages on the bus; the ordinal is the number on the wire.
public enum BusType {
  PING("ping"),
  PONG("pong"),
  MEET("meet"),
  FAIL("fail"),
  PUBLISH("publish"),
  AUTH_REQUEST("auth-req"),
  AUTH_ACK("auth-ack"),
  UPDATE("update"),
  MFSTART("mfstart"),
  MODULE("module"),
  PUBLISHSHARD("publishshard");

  private static final List<BusType> BY_CODE = List.of(values());

  private final String statName;

  BusType(String statName) {
    this.statName = statName;
  }

  /// The name under which `CLUSTER INFO` counts messages of this kind.
  public String statName() {
    return statName;
  }

  /// The number on the wire.
  public int code() {
    return ordinal();
  }

  static @Nullable BusType ofCode(int code) {
    return code < BY_CODE.size() ? BY_CODE.get(code) : null;
  }
}
