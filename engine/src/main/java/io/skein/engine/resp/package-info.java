/// RESP2 and RESP3: requests are parsed in batches, replies are written into one growing buffer.
@NullMarked
package io.skein.engine.resp;

import org.jspecify.annotations.NullMarked;
