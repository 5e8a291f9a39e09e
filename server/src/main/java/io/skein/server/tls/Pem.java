package io.skein.server.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The parts of a PEM file (RFC 7468, and RFC 1421 for headers).
///
/// @param label what the part is: `CERTIFICATE`, `PRIVATE KEY`
/// @param headers what stands before the content, as older tools of OpenSSL write it
/// @param content the bytes
record Pem(String label, Map<String, String> headers, byte[] content) {
  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";

  /// The parts of the file at `path`, in order; text between them is skipped.
  static List<Pem> read(Path path) throws IOException, TlsException {
    return parse(Files.readString(path, StandardCharsets.ISO_8859_1), path.toString());
  }

  /// The parts of `text`, which comes from `source`.
  static List<Pem> parse(String text, String source) throws TlsException {
    List<Pem> parts = new ArrayList<>();
    String label = null;
    StringBuilder base64 = new StringBuilder();
    Map<String, String> headers = new LinkedHashMap<>();
    for (String raw : text.split("\n", -1)) {
      String line = raw.strip();
      if (label == null) {
        if (line.startsWith(BEGIN) && line.endsWith("-----")) {
          label = line.substring(BEGIN.length(), line.length() - 5);
        }
      } else if (line.startsWith(END)) {
        parts.add(new Pem(label, headers, decode(base64, source)));
        label = null;
        base64 = new StringBuilder();
        headers = new LinkedHashMap<>();
      } else if (line.indexOf(':') > 0) {
        int colon = line.indexOf(':');
        headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
      } else {
        base64.append(line);
      }
    }
    if (label != null) {
      throw new TlsException(source + ": PEM part '" + label + "' without an end");
    }
    return parts;
  }

  private static byte[] decode(StringBuilder base64, String source) throws TlsException {
    try {
      return Base64.getDecoder().decode(base64.toString());
    } catch (IllegalArgumentException bad) {
      throw new TlsException(source + ": bad base64 decode");
    }
  }
}
