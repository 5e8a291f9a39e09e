package io.skein.engine.node;

import io.skein.engine.command.Pause;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What the gates need to know about the node as a whole; the parts of the node that know keep it
/// true.
///
/// *Threads*: only under the data plane.
final class NodeState {
  private boolean sentinel;
  private final Pause pause = new Pause();
  private boolean loading;
  private boolean loadingBeside;
  private boolean replica;
  private boolean primaryLinkUp;
  private boolean saveFailing;
  private @Nullable String appendError;
  private Consumer<Boolean> onCannotAppend = ignored -> {};
  private int goodReplicas;
  private boolean migrationPausePrevented;
  private boolean migrationClaimPrevented;
  private boolean outOfMemory;

  /// Whether the data set is being read from a file or from a primary.
  boolean isLoading() {
    return loading;
  }

  void loading(boolean on) {
    loading = on;
  }

  /// Whether a data set is being read from a primary while the old one is served.
  boolean isLoadingBeside() {
    return loadingBeside;
  }

  void loadingBeside(boolean on) {
    loadingBeside = on;
  }

  boolean isReplica() {
    return replica;
  }

  /// Whether the link to the primary stands and is in sync.
  boolean isPrimaryLinkUp() {
    return primaryLinkUp;
  }

  void role(boolean isReplica, boolean linkUp) {
    replica = isReplica;
    primaryLinkUp = linkUp;
  }

  /// Whether the last save has failed and writes are to be refused for it.
  boolean isSaveFailing() {
    return saveFailing;
  }

  void saveFailing(boolean failing) {
    saveFailing = failing;
  }

  /// Why the append only file cannot be written, or null.
  @Nullable String appendError() {
    return appendError;
  }

  void appendError(@Nullable String reason) {
    appendError = reason;
  }

  /// What the primary writes is carried out though it cannot be appended.
  ///
  /// @param ignored whether that is to be put up with
  void cannotAppend(boolean ignored) {
    onCannotAppend.accept(ignored);
  }

  void onCannotAppend(Consumer<Boolean> action) {
    onCannotAppend = action;
  }

  /// The number of replicas whose last acknowledgement is not older than `min-replicas-max-lag`.
  int goodReplicas() {
    return goodReplicas;
  }

  void goodReplicas(int count) {
    goodReplicas = count;
  }

  /// Whether slots that are given away are not to be handed over yet; for tests.
  boolean isMigrationPausePrevented() {
    return migrationPausePrevented;
  }

  void preventMigrationPause(boolean on) {
    migrationPausePrevented = on;
  }

  /// Whether slots that were granted are not to be claimed yet; for tests.
  boolean isMigrationClaimPrevented() {
    return migrationClaimPrevented;
  }

  void preventMigrationClaim(boolean on) {
    migrationClaimPrevented = on;
  }

  /// Whether there was too little memory when the last request came to the gates.
  boolean isOutOfMemory() {
    return outOfMemory;
  }

  void outOfMemory(boolean lacking) {
    outOfMemory = lacking;
  }

  /// What holds the commands of clients back.
  Pause pause() {
    return pause;
  }

  /// Whether the node is a Sentinel.
  boolean isSentinel() {
    return sentinel;
  }

  void sentinel(boolean is) {
    sentinel = is;
  }
}
