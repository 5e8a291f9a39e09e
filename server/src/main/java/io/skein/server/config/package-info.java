/// Where settings come from and go to: the command line, configuration files, and the file that
/// CONFIG REWRITE writes.
@org.jspecify.annotations.NullMarked
package io.skein.server.config;
