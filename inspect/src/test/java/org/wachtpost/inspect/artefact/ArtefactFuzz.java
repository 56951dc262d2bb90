package org.wachtpost.inspect.artefact;

import java.nio.charset.StandardCharsets;

/** Single files and commands of every kind: {@code bin/dev fuzz artefact SECONDS}. */
public final class ArtefactFuzz {
  private ArtefactFuzz() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] data) {
    ScheduledTask task = ScheduledTask.parse(data);
    SiteConfiguration sites = SiteConfiguration.parse(data);
    if ((task.damage() == null) != (sites.damage() == null)) {
      throw new AssertionError(task.damage() + " but " + sites.damage());
    }
    String version = PeVersion.fileVersion(data);
    if (version != null && !version.matches("\\d+\\.\\d+\\.\\d+\\.\\d+")) {
      throw new AssertionError("version " + version);
    }
    String text = new String(data, StandardCharsets.UTF_8);
    EcpCommand.pairs(text);
    EcpCommand command = EcpCommand.parse(text);
    for (String address : command.addresses()) {
      EcpCommand.markup(address);
      EcpCommand.oddHost(address);
    }
  }
}
