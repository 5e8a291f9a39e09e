package io.skein.engine.config;

import java.util.List;

/// A `sentinel` directive of a configuration file, for the Sentinel to interpret.
///
/// @param number the line's number in its file, from 1
/// @param text the line as it stands, raw
/// @param words the words after `sentinel`
public record SentinelLine(int number, String text, List<String> words) {}
