/// `./skein cluster`: a whole cluster on this machine, to look at and to kill things in.
@NullMarked
package io.skein.server.demo;

import org.jspecify.annotations.NullMarked;
