package io.skein.engine.command;

import io.skein.engine.resp.CommandError;
import org.jspecify.annotations.Nullable;

/// Saving the data set to disk, as commands see it.
public interface Persistence {
  /// Saves the data set and waits until it is on disk: SAVE, DEBUG RELOAD, a shutdown.
  ///
  /// @throws CommandError when it fails, or when a background save is in progress
  default void saveNow() {
    saveNow(0);
  }

  /// As [#saveNow()], in the midst of a command that has made so many changes and reports them when
  /// it ends: they are saved with the others.
  void saveNow(long uncounted);

  /// Begins to save in the background.
  ///
  /// @param schedule whether to begin later if something else is in the way now
  /// @return whether it has begun now, and is not only scheduled
  /// @throws CommandError when a save is in progress already, or cannot begin
  boolean saveInBackground(boolean schedule);

  /// Gives up the save in progress, if any.
  void cancelBackgroundSave();

  /// Whether a save runs in the background.
  boolean isSaving();

  /// Begins to rewrite the append only file in the background: BGREWRITEAOF.
  ///
  /// @return whether it has begun now, and is not only scheduled
  /// @throws CommandError when that is in progress already, or cannot begin
  boolean rewriteAppendOnlyFile();

  /// What was handed to the disk and is not in the append only file yet, in bytes.
  long appendBufferBytes();

  /// Loads the file saved last: DEBUG RELOAD.
  ///
  /// @param flush whether the data set is emptied first
  /// @param merge whether keys and libraries of the file take the place of those that are there;
  ///   else it is an error to meet one
  /// @throws CommandError when the file cannot be loaded; what came before the error stays
  void reload(boolean flush, boolean merge);

  /// When the data set was saved last with success, in Unix seconds.
  long lastSaveSeconds();

  /// Writes the persistence section's fields of INFO.
  void describe(InfoText out);

  /// Begins to end the process as SHUTDOWN asks.
  ///
  /// @param save whether to save first: null for "if there are save points"
  /// @param now whether to end without waiting for replicas
  /// @param force whether to end although the save fails
  /// @return false when it waits for replicas first
  /// @throws CommandError when it cannot be done; the node goes on
  boolean shutdown(@Nullable Boolean save, boolean now, boolean force);

  /// Takes back a shutdown that waits for replicas; false when there is none.
  boolean abortShutdown();

  /// Has `action` know when a shutdown that waited for replicas does not happen after all.
  void onShutdownGivenUp(Runnable action);
}
