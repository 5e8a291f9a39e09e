package io.skein.engine.cluster.migration;

/// What GETSLOTMIGRATIONS shows of one migration, running or over.
///
/// @param createdMs and the other times: Unix milliseconds
/// @param state a name of an [ExportState] or [ImportState]
/// @param message why it failed, or empty
/// @param remainingBytes what has been written to the slots and was not confirmed by the target yet
public record MigrationStatus(
    Migration migration,
    long createdMs,
    long updatedMs,
    long ackedMs,
    String state,
    String message,
    long remainingBytes) {}
