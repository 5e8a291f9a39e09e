/// Typed settings: what each directive of Redis 7.2 means, how its text is read, checked, shown and
/// rewritten.
///
/// The package works on text and values only; `io.skein.server.config` reads and writes the files.
@org.jspecify.annotations.NullMarked
package io.skein.engine.config;
