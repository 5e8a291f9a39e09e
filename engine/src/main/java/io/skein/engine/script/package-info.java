/// Scripts and functions: their commands, the cache of scripts, the registry of libraries, and what
/// a script may ask of the node while it runs. The interpreter itself is the shell's.
@org.jspecify.annotations.NullMarked
package io.skein.engine.script;
