package org.wachtpost.directory;

import java.util.List;

/** A distribution list: mail to it goes to every member, inside or outside. */
public record Group(MailAddress address, String name, List<MailAddress> members) {
  /** Most members of a group. */
  public static final int MEMBERS = 5_000;

  /** What they may take together, bytes: those of before and of after fit one commit. */
  static final int MEMBERS_BYTES = 400 * 1024;

  public Group {
    members = List.copyOf(members);
    if (members.size() > MEMBERS) {
      throw new IllegalArgumentException("group of " + members.size() + " members");
    }
  }
}
