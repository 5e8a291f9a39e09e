package io.skein.server.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class BindTest {
  @Test
  void makesOneSocketOfAllAddressesOfBothFamilies() throws Exception {
    List<Bind> binds = Bind.all(List.of("*", "-::*"));
    assertEquals(1, binds.size());
    assertEquals(Transport.Family.BOTH, binds.getFirst().family(binds.getFirst().address()));
    assertEquals(InetAddress.getByName("::"), binds.getFirst().address());
  }

  @Test
  void keepsSingleAddressesApart() throws Exception {
    List<Bind> binds = Bind.all(List.of("127.0.0.1", "-::1"));
    assertEquals(List.of(new Bind("127.0.0.1", false, false), new Bind("::1", true, false)), binds);
    assertEquals(Transport.Family.V4, binds.get(0).family(binds.get(0).address()));
    assertEquals(Transport.Family.V6, binds.get(1).family(binds.get(1).address()));
  }

  @Test
  void writesAddressesAsRedisDoes() throws Exception {
    assertEquals("127.0.0.1:80", text("127.0.0.1"));
    assertEquals("[::1]:80", text("::1"));
    assertEquals("[::]:80", text("::"));
    assertEquals("[2001:db8::8:800:200c:417a]:80", text("2001:db8:0:0:8:800:200c:417a"));
    assertEquals("[2001:db8:1:0:2::3]:80", text("2001:db8:1:0:2:0:0:3"));
    assertEquals("[1:2:3:4:5:6:7:8]:80", text("1:2:3:4:5:6:7:8"));
    assertEquals("[fe80::]:80", text("fe80::"));
  }

  private static String text(String ip) throws Exception {
    return Addresses.text(new InetSocketAddress(InetAddress.getByName(ip), 80));
  }
}
