package io.skein.server.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CipherListTest {
  private static final String GCM128 = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
  private static final String GCM256 = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
  private static final String CBC = "TLS_RSA_WITH_AES_256_CBC_SHA";
  private static final String CHACHA = "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256";
  private static final String NEW = "TLS_AES_128_GCM_SHA256";
  private static final List<String> ALL = List.of(NEW, GCM128, GCM256, CBC, CHACHA);

  private static List<String> select(String expression) throws TlsException {
    return CipherList.select(expression, ALL);
  }

  @Test
  void namesSuitesAsOpenSslDoes() {
    assertEquals("ECDHE-RSA-AES128-GCM-SHA256", CipherList.opensslName(GCM128));
    assertEquals("AES256-SHA", CipherList.opensslName(CBC));
    assertEquals("ECDHE-RSA-CHACHA20-POLY1305", CipherList.opensslName(CHACHA));
    assertEquals(NEW, CipherList.opensslName(NEW));
  }

  @Test
  void selectsByNameAndGroup() throws TlsException {
    assertEquals(List.of(GCM128, GCM256, CBC, CHACHA), select("DEFAULT"));
    assertEquals(List.of(CBC, GCM128), select("AES256-SHA:ECDHE-RSA-AES128-GCM-SHA256"));
    assertEquals(List.of(GCM128, GCM256), select("ECDHE+AESGCM"));
    assertEquals(List.of(GCM256), select("ECDSA"));
    assertEquals(List.of(GCM128, CHACHA), select("HIGH:!kRSA:!ECDSA"));
  }

  @Test
  void takesAwayForNowOrForGood() throws TlsException {
    assertEquals(List.of(GCM128, GCM256, CHACHA, CBC), select("ALL:-kRSA:AES256-SHA"));
    assertEquals(List.of(GCM128, GCM256, CHACHA), select("ALL:!kRSA:AES256-SHA"));
    assertEquals(List.of(GCM256, CBC, CHACHA, GCM128), select("ALL:+AES128"));
    assertThrows(TlsException.class, () -> select("RC4:NULL"));
    assertThrows(TlsException.class, () -> select("ALL:!ALL"));
  }

  @Test
  void namesSuitesOfTls13OneByOne() throws TlsException {
    assertEquals(List.of(NEW), CipherList.suites(NEW, ALL));
    assertThrows(TlsException.class, () -> CipherList.suites("TLS_AES_1", ALL));
    assertTrue(CipherList.isTls13(NEW));
  }
}
