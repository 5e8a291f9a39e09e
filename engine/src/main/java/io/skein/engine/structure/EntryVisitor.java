package io.skein.engine.structure;

/// Receives entries on a walk over a [HashTable].
@FunctionalInterface
public interface EntryVisitor {
  /// Takes the reference of one entry. It may change, replace, remove or free this entry, but no
  /// other.
  void visit(long ref);
}
