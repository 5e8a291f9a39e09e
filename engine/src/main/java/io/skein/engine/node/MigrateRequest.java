package io.skein.engine.node;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a client asks of MIGRATE.
///
/// @param database the index of the database in the target
/// @param timeoutMs the longest time without any progress, in milliseconds
/// @param copy whether the keys stay here
/// @param replace whether a key that the target has already is overwritten
/// @param login what goes between AUTH and the end of that request, or null for no AUTH
/// @param keys the names that were given, there or not
record MigrateRequest(
    String host,
    long port,
    long database,
    long timeoutMs,
    boolean copy,
    boolean replace,
    @Nullable List<byte[]> login,
    List<byte[]> keys) {}
