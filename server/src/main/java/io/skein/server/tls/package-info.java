/// Encryption: what certificates, keys and ciphers the settings name, and handlers that encrypt
/// connections with them.
@NullMarked
package io.skein.server.tls;

import org.jspecify.annotations.NullMarked;
