package io.skein.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Reads certificates from files and directories.
final class Certificates {
  private Certificates() {}

  /// All certificates in the file at `path`, in order: a chain, or those that are trusted.
  static List<X509Certificate> inFile(Path path) throws IOException, TlsException {
    List<X509Certificate> found = new ArrayList<>();
    for (Pem part : Pem.read(path)) {
      if (part.label().equals("CERTIFICATE") || part.label().equals("TRUSTED CERTIFICATE")) {
        found.add(decode(part.content(), path));
      }
    }
    if (found.isEmpty()) {
      throw new TlsException(path + ": no certificate found");
    }
    return found;
  }

  /// The certificates in all files of a directory that hold some.
  static List<X509Certificate> inDirectory(Path path) throws IOException, TlsException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(path)) {
      files = listed.filter(Files::isRegularFile).sorted().toList();
    }
    List<X509Certificate> found = new ArrayList<>();
    for (Path file : files) {
      for (Pem part : Pem.read(file)) {
        if (part.label().equals("CERTIFICATE")) {
          found.add(decode(part.content(), file));
        }
      }
    }
    return found;
  }

  private static X509Certificate decode(byte[] content, Path path) throws TlsException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(content));
    } catch (CertificateException bad) {
      throw new TlsException(path + ": " + bad.getMessage());
    }
  }
}
