@org.jspecify.annotations.NullMarked
package io.skein.server.script;
