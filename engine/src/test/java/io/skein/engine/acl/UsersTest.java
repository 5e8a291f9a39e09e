package io.skein.engine.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.command.Category;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UsersTest {
  private static final String EMPTY = "resetchannels -@all";

  private final Users users = new Users(commands().catalog(), () -> false);

  private static CommandTable commands() {
    CommandTable table = new CommandTable();
    table.add(Command.named("get").categories(Category.READ, Category.STRING));
    table.add(Command.named("set").categories(Category.WRITE, Category.STRING));
    table.add(Command.named("select").categories(Category.CONNECTION));
    Command config = Command.named("config").categories(Category.DANGEROUS);
    config.sub("get").categories(Category.ADMIN);
    config.sub("set").categories(Category.ADMIN);
    table.add(config);
    return table;
  }

  private void set(String name, String... rules) throws RefusedRules {
    users.adopt(users.draft(name, List.of(rules)));
  }

  private String line(String name) {
    User user = users.find(name);
    assertNotNull(user);
    return user.line();
  }

  private void refuses(String rule, String reason) {
    RefusedRules refused =
        assertThrows(RefusedRules.class, () -> users.draft("u", List.of("on", rule)));
    assertEquals("Error in ACL SETUSER modifier '" + rule + "': " + reason, refused.text());
  }

  @Test
  void aNewUserMayDoNothing() throws RefusedRules {
    set("u");
    assertEquals("user u off sanitize-payload " + EMPTY, line("u"));
    assertFalse(users.defaultUser().needsNoPassword() && !users.admitsStrangers());
    assertEquals("user default on nopass sanitize-payload ~* &* +@all", line("default"));
  }

  @Test
  void writesRulesInTheOrderOfRedis() throws RefusedRules {
    set("u", "+@string", "~a", "nopass", "on", "&c", "%R~b", "-set", "(+config|get", "~x)");
    assertEquals(
        "user u on nopass sanitize-payload ~a %R~b resetchannels &c -@all +@string -set"
            + " (~x resetchannels -@all +config|get)",
        line("u"));
    set("u", "skip-sanitize-payload", "allkeys", "allchannels", "clearselectors", "allcommands");
    assertEquals("user u on nopass skip-sanitize-payload ~* &* +@all", line("u"));
    set("u", "reset");
    assertEquals("user u off sanitize-payload " + EMPTY, line("u"));
  }

  @Test
  void forgetsRulesThatLaterOnesMakeVoid() throws RefusedRules {
    set("u", "+config|get", "+config|set", "+get", "-config");
    assertEquals("user u off sanitize-payload resetchannels -@all +get -config", line("u"));
    set("u", "+@string", "-@string", "+@STRING", "-get", "+GET");
    assertEquals(
        "user u off sanitize-payload resetchannels -@all -config +@string +get", line("u"));
  }

  @Test
  void joinsThePermissionsOfOnePattern() throws RefusedRules {
    set("u", "%R~k", "%W~k", "%rw~j", "~i", "%W~l");
    assertEquals("user u off sanitize-payload ~k ~j ~i %W~l resetchannels -@all", line("u"));
  }

  @Test
  void keepsPasswordsAsDigests() throws RefusedRules {
    String digest = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
    set("u", ">secret", ">secret", "on");
    assertEquals("user u on sanitize-payload #" + digest + " " + EMPTY, line("u"));
    User user = users.find("u");
    assertNotNull(user);
    assertTrue(user.admits("secret".getBytes(StandardCharsets.US_ASCII)));
    assertFalse(user.admits("Secret".getBytes(StandardCharsets.US_ASCII)));
    set("u", "!" + digest, "#" + digest, "<secret");
    assertFalse(user.admits("secret".getBytes(StandardCharsets.US_ASCII)));
    set("u", "nopass");
    assertTrue(user.admits(new byte[0]));
    set("u", "off");
    assertFalse(user.admits(new byte[0]));
  }

  @Test
  void saysWhatIsWrongWithARule() {
    refuses("+foo", "Unknown command or category name in ACL");
    refuses("-get|x", "Unknown command or category name in ACL");
    refuses("+config|x", "Unknown command or category name in ACL");
    refuses("+@foo", "Unknown command or category name in ACL");
    refuses("foo", "Syntax error");
    refuses("%X~a", "Syntax error");
    refuses("%RR~a", "Syntax error");
    refuses("%~a", "Syntax error");
    refuses("~a b", "Syntax error");
    refuses("+select|", "Syntax error");
    refuses("+config|get|x", "Allowing first-arg of a subcommand is not supported");
    refuses("<x", "The password you are trying to remove from the user does not exist");
    refuses(
        "#abc",
        "The password hash must be exactly 64 characters and contain only lowercase hexadecimal"
            + " characters");
    RefusedRules open =
        assertThrows(RefusedRules.class, () -> users.draft("u", List.of("(+get", "~a", "on")));
    assertEquals("Unmatched parenthesis in acl selector starting at '(+get'.", open.text());
    assertThrows(RefusedRules.class, () -> users.draft("a b", List.of()));
    assertNull(users.find("u"));
  }

  @Test
  void refusesPatternsBehindAll() throws RefusedRules {
    set("u", "~*", "&*");
    RefusedRules keys = assertThrows(RefusedRules.class, () -> set("u", "~a"));
    assertTrue(keys.text().contains("Try 'resetkeys'"), keys.text());
    RefusedRules channels = assertThrows(RefusedRules.class, () -> set("u", "&a"));
    assertTrue(channels.text().contains("Try 'resetchannels'"), channels.text());
  }

  @Test
  void knowsWhatIsAllowed() throws RefusedRules {
    set("u", "+@all", "-config|set", "+select|0", "-select", "+select|1");
    User user = users.find("u");
    assertNotNull(user);
    CommandCatalog catalog = commands().catalog();
    Selector root = user.selectors().getFirst();
    assertTrue(root.allowsCommand(id(catalog, "get")));
    assertTrue(root.allowsCommand(id(catalog, "config|get")));
    assertFalse(root.allowsCommand(id(catalog, "config|set")));
    assertFalse(root.allowsCommand(id(catalog, "select")));
    assertEquals(List.of("1"), root.firstArguments(id(catalog, "select")));
    assertFalse(user.isUnlimited());
    set("u", "+@all", "~*", "&*");
    assertTrue(user.isUnlimited());
  }

  private static int id(CommandCatalog catalog, String name) {
    RuledCommand command = catalog.find(name);
    assertNotNull(command);
    return command.id();
  }

  @Test
  void loadsAFileAsAWholeOrNotAtAll() throws RefusedRules {
    set("old", "on");
    User before = users.defaultUser();
    String text = "user a on nopass +get\n\n  user b off (+get ~x)\r\n";
    List<User> gone = users.load("f", text);
    assertEquals(List.of("old"), gone.stream().map(User::name).toList());
    assertSame(before, users.defaultUser());
    String saved = users.save();
    assertEquals(
        "user a on nopass sanitize-payload resetchannels -@all +get\n"
            + "user b off sanitize-payload resetchannels -@all (~x resetchannels -@all +get)\n"
            + "user default on nopass sanitize-payload ~* &* +@all\n",
        saved);
    RefusedRules refused =
        assertThrows(
            RefusedRules.class,
            () ->
                users.load(
                    "f", "user c on +foo +bar\nusr d\nuser e ~a b x\nuser c\nuser g (+get\n"));
    assertEquals(
        "f:1: Error in applying operation '+foo': Unknown command or category name in ACL. "
            + "f:1: Error in applying operation '+bar': Unknown command or category name in ACL. "
            + "f:2 should start with user keyword followed by the username. "
            + "f:3: Syntax error. "
            + "WARNING: Duplicate user 'c' found on line 4. "
            + "f:5: Unmatched parenthesis in selector definition."
            + "WARNING: ACL errors detected, no change to the previously active ACL rules was"
            + " performed",
        refused.text());
    assertEquals(saved, users.save());
  }

  /// Words that rules are made of, and what is nearly one.
  private static String randomRule(Random random) {
    String[] heads = {"+", "-", "~", "&", "%R~", "%W~", "%RW~", "%", "+@", "-@", ">", "<", "#", ""};
    String[] bodies = {
      "get",
      "set",
      "config",
      "config|get",
      "config|set",
      "select|0",
      "select|1",
      "all",
      "string",
      "admin",
      "read",
      "*",
      "a*",
      "b",
      "",
      "on",
      "off",
      "nopass",
      "reset",
      "resetkeys",
      "allkeys",
      "resetchannels",
      "allchannels",
      "clearselectors",
      "resetpass",
      "\u00e9\u00ff",
      "x y",
      "|"
    };
    String rule = heads[random.nextInt(heads.length)] + bodies[random.nextInt(bodies.length)];
    if (random.nextInt(8) == 0) {
      rule = "(" + rule + " " + heads[random.nextInt(heads.length)] + "get)";
    }
    return rule;
  }

  @Test
  void whatIsWrittenMakesTheSameUser() throws RefusedRules {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      Users first = new Users(commands().catalog(), () -> random.nextInt(100) < 50);
      for (int i = 0; i < 40; i++) {
        String before = first.save();
        try {
          first.adopt(first.draft("u" + random.nextInt(3), List.of(randomRule(random))));
        } catch (RefusedRules refused) {
          assertEquals(before, first.save(), "seed " + seed);
        }
      }
      Users second = new Users(commands().catalog(), () -> random.nextBoolean());
      second.load("f", first.save());
      assertEquals(first.save(), second.save(), "seed " + seed);
    }
  }

  @Test
  void anyFileIsLoadedOrRefused() {
    for (int seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(6); i > 0; i--) {
        text.append(random.nextInt(8) == 0 ? "usr" : "user").append(' ');
        text.append("u" + random.nextInt(4));
        for (int j = random.nextInt(5); j > 0; j--) {
          text.append(' ').append(randomRule(random));
        }
        text.append('\n');
      }
      for (int i = random.nextInt(3); i > 0 && !text.isEmpty(); i--) {
        text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(256));
      }
      String before = users.save();
      try {
        users.load("f", text.toString());
        String saved = users.save();
        users.load("f", saved);
        assertEquals(saved, users.save(), "seed " + seed);
      } catch (RefusedRules refused) {
        assertEquals(before, users.save(), "seed " + seed);
      }
    }
  }
}
