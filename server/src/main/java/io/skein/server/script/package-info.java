/// The interpreter of Lua 5.1 behind scripts and functions: a library of C, called through the
/// foreign function interface of the JDK, and what scripts find in it.
@org.jspecify.annotations.NullMarked
package io.skein.server.script;
