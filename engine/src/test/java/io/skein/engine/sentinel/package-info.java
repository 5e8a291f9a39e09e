@org.jspecify.annotations.NullMarked
package io.skein.engine.sentinel;
