package io.skein.engine.command.geo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.skein.engine.node.TestNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GeoCommandsTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();

  private void expect(String command, String reply) {
    assertEquals(reply, client.ask(command), command);
  }

  private void addSicily() {
    expect("GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania", ":2");
  }

  @Test
  void knowsWherePlacesAre() {
    addSicily();
    expect("ZSCORE Sicily Palermo", "$16 3479099956230698");
    expect(
        "GEOPOS Sicily Palermo none",
        "*2 *2 $20 13.36138933897018433 $20 38.11555639549629859 *-1");
    expect("GEODIST Sicily Palermo Catania", "$11 166274.1516");
    expect("GEODIST Sicily Palermo Catania mi", "$8 103.3182");
    expect("GEODIST Sicily Palermo none", "$-1");
    expect("GEOHASH Sicily Palermo Catania none", "*3 $11 sqc8b49rny0 $11 sqdtr74hyu0 $-1");
    expect("GEOADD Sicily 200 100 x", "-ERR invalid longitude,latitude pair 200.000000,100.000000");
    expect("GEOADD Sicily NX XX 1 1 x", "-ERR syntax error");
    expect("GEOADD Sicily XX CH 13.5 38 Palermo 1 1 x", ":1");
  }

  @Test
  void findsWhatIsNear() {
    addSicily();
    expect(
        "GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km ASC WITHDIST",
        "*2 *2 $7 Catania $7 56.4413 *2 $7 Palermo $8 190.4424");
    expect("GEOSEARCH Sicily FROMMEMBER Palermo BYBOX 100 100 km", "*1 $7 Palermo");
    expect("GEORADIUS Sicily 15 37 200 km COUNT 1 DESC", "*1 $7 Palermo");
    expect(
        "GEORADIUSBYMEMBER_RO Sicily Catania 10 m WITHHASH", "*1 *2 $7 Catania :3479447370796909");
    expect("GEOSEARCHSTORE near Sicily FROMLONLAT 15 37 BYRADIUS 100 km", ":1");
    expect("ZRANGE near 0 -1 WITHSCORES", "*2 $7 Catania $16 3479447370796909");
    expect("GEORADIUS Sicily 0 0 1 m STORE near", ":0");
    expect("EXISTS near", ":0");
    expect("GEOSEARCH none FROMMEMBER x BYRADIUS 1 m", "*0");
    expect(
        "GEOSEARCH Sicily FROMMEMBER x BYRADIUS 1 m",
        "-ERR could not decode requested zset member");
    expect(
        "GEOSEARCH Sicily BYRADIUS 1 m ASC DESC ASC",
        "-ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for GEOSEARCH");
    expect(
        "GEORADIUS Sicily 15 37 1 m WITHDIST STORE to",
        "-ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORD"
            + " options");
    expect("GEORADIUS Sicily 15 37 1 m ANY", "-ERR the ANY argument requires COUNT argument");
  }

  @Test
  void findsAllThatAreWithinACircleWhereverItIs() {
    SplittableRandom random = new SplittableRandom(3);
    List<double[]> places = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      double[] place = {random.nextDouble(-180, 180), random.nextDouble(-85, 85)};
      places.add(place);
      client.send("GEOADD", "g", String.valueOf(place[0]), String.valueOf(place[1]), "m" + i);
    }
    for (int round = 0; round < 100; round++) {
      double longitude = random.nextDouble(-180, 180);
      double latitude = random.nextDouble(-70, 70);
      double meters = random.nextDouble(1000, 4_000_000);
      long expected =
          places.stream()
              .filter(p -> Earth.meters(longitude, latitude, p[0], p[1]) <= meters)
              .count();
      String reply =
          client.send(
              "GEORADIUS",
              "g",
              String.valueOf(longitude),
              String.valueOf(latitude),
              String.valueOf(meters),
              "m");
      assertEquals("*" + expected, reply.substring(0, reply.indexOf('\r')));
    }
  }
}
