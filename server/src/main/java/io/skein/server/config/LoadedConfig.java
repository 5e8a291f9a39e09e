package io.skein.server.config;

import io.skein.engine.config.SentinelLine;
import io.skein.engine.config.Settings;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a server starts with.
///
/// @param settings all settings
/// @param configFile the absolute path of the file named on the command line, which CONFIG REWRITE
///   rewrites; null if there was none
/// @param sentinelMode whether to start as a Sentinel
/// @param sentinelLines the `sentinel` directives, in order
/// @param warnings for the log, once it is open
public record LoadedConfig(
    Settings settings,
    @Nullable Path configFile,
    boolean sentinelMode,
    List<SentinelLine> sentinelLines,
    List<String> warnings) {}
