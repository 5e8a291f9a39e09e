package io.skein.engine.sentinel;

/// What a Sentinel takes from the settings of the server that it is.
///
/// @param port the port that it tells others, with TLS that of TLS
/// @param password what it logs in with at other Sentinels unless `sentinel-pass` says otherwise,
///   or the empty string
public record SentinelSettings(int port, String password) {}
