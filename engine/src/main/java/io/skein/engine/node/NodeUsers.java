package io.skein.engine.node;

import io.skein.engine.acl.AccessLog;
import io.skein.engine.acl.RefusedRules;
import io.skein.engine.acl.User;
import io.skein.engine.acl.UserDeclarations;
import io.skein.engine.acl.Users;
import io.skein.engine.command.AccessControl;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.HostError;
import io.skein.engine.command.UserStorage;
import io.skein.engine.config.ConfigFileError;
import io.skein.engine.config.ConfigText;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.SecuritySettings;
import io.skein.engine.config.Settings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// The users of a node, and where they come from: `requirepass`, the configuration file, the file
/// that `aclfile` names.
public final class NodeUsers implements UserStorage {
  private final Settings settings;
  private final NodeHost host;
  private final SplittableRandom entropy;
  private final AccessControl access;

  NodeUsers(Settings settings, CommandTable table, NodeHost host, SplittableRandom entropy) {
    this.settings = settings;
    this.host = host;
    this.entropy = entropy;
    Users users =
        new Users(
            table.catalog(),
            () -> settings.get(SecuritySettings.ACL_PUBSUB_DEFAULT).equals("allchannels"));
    access =
        new AccessControl(
            users, new AccessLog(() -> settings.number(SecuritySettings.ACLLOG_MAX_LEN)));
    settings.onChange(SecuritySettings.REQUIREPASS, s -> passwordChanged());
    passwordChanged();
  }

  private void passwordChanged() {
    access.users().password(ConfigText.bytes(settings.get(SecuritySettings.REQUIREPASS)));
  }

  /// What checks calls by the rules of users.
  public AccessControl access() {
    return access;
  }

  /// Random bytes that nobody can guess; where nothing depends on that, from the node's own
  /// entropy.
  byte[] secret(int count) {
    byte[] secret = host.process().secret(count);
    if (secret == null) {
      secret = new byte[count];
      entropy.nextBytes(secret);
    }
    return secret;
  }

  /// Loads the users there are at the start: those of the configuration file, or those of the file
  /// of users.
  ///
  /// @throws ConfigFileError when their rules make no sense, or the file cannot be read
  public void load(UserDeclarations declared) throws ConfigFileError {
    if (isConfigured() && !declared.isEmpty()) {
      throw ConfigFileError.ofWhole(
          "Users are declared in the configuration and an ACL file is named too, which is likely to"
              + " leave holes: declare users in one place or the other");
    }
    try {
      declared.declareTo(access.users());
      if (isConfigured()) {
        access.users().load(name(), read());
      }
    } catch (RefusedRules refused) {
      throw ConfigFileError.ofWhole(
          isConfigured()
              ? "Aborting Redis startup because of ACL errors: " + refused.text()
              : refused.text());
    } catch (HostError failed) {
      throw ConfigFileError.ofWhole(
          "Aborting Redis startup because of ACL errors: Error loading ACLs, opening file '"
              + (name() + "': ")
              + failed.reason());
    }
    for (User user : access.users().all()) {
      if (!user.isEnabled()) {
        host.log(
            LogLevel.NOTICE,
            "The user '"
                + user.nameText()
                + "' is disabled (there is no 'on' modifier in the user description). Make sure"
                + " this is not a configuration error.");
      }
    }
  }

  /// The `user` lines of a configuration file that declares the users as they are, raw; none when
  /// they have a file of their own.
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (!isConfigured()) {
      for (User user : access.users().all()) {
        StringBuilder line = new StringBuilder("user ").append(word(user.name()));
        user.rules().forEach(rule -> line.append(' ').append(word(rule)));
        lines.add(line.toString());
      }
    }
    return lines;
  }

  /// A word as the grammar of configuration lines has it.
  private static String word(String raw) {
    return raw.indexOf('"') < 0 && raw.indexOf('\'') < 0
        ? raw
        : ConfigText.quoted(ConfigText.text(raw));
  }

  @Override
  public boolean isConfigured() {
    return !name().isEmpty();
  }

  @Override
  public String name() {
    return settings.get(SecuritySettings.ACLFILE);
  }

  @Override
  public String read() throws HostError {
    try {
      Disk.Reader reader = host.disk().open(name());
      if (reader == null) {
        throw new HostError("No such file or directory");
      }
      try {
        return readAll(reader);
      } finally {
        reader.close();
      }
    } catch (Disk.Failure failed) {
      throw new HostError(String.valueOf(failed.getMessage()));
    }
  }

  private static String readAll(Disk.Reader reader) {
    StringBuilder text = new StringBuilder();
    byte[] chunk = new byte[16 * 1024];
    for (int n = reader.read(chunk); n > 0; n = reader.read(chunk)) {
      text.append(new String(chunk, 0, n, StandardCharsets.ISO_8859_1));
    }
    return text.toString();
  }

  @Override
  public void write(String text) throws HostError {
    Disk.Writer writer = host.disk().replace(name(), failure -> {});
    writer.write(text.getBytes(StandardCharsets.ISO_8859_1));
    String failure = writer.finishNow();
    if (failure != null) {
      throw new HostError(failure);
    }
  }
}
