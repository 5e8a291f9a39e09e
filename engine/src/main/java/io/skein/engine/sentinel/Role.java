package io.skein.engine.sentinel;

/// What an instance is, with the word that the wire has for it.
enum Role {
  PRIMARY("master"),
  REPLICA("slave"),
  SENTINEL("sentinel");

  private final String wireName;

  Role(String wireName) {
    this.wireName = wireName;
  }

  String wireName() {
    return wireName;
  }
}
