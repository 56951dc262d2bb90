package org.wachtpost.inspect.check;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.evtx.EvtxRecord;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;

/** I17: accounts made, opened, taken over or taken away, as the Security log has it. */
final class AccountEvents {
  /** The events that {@link #review} looks into. */
  static final Set<Integer> EVENTS = Set.of(4720, 4722, 4724, 4725, 4726, 4728, 4732, 4738, 4756);

  /** What the service that watches Exchange makes, and gives new passwords, all by itself. */
  private static final Pattern MONITORING =
      Pattern.compile("healthmailbox[0-9a-f]{0,32}", Pattern.CASE_INSENSITIVE);

  /** The domain's administrators and users, whom a computer takes in when it joins the domain. */
  private static final Pattern JOINED = Pattern.compile("S-1-5-21-[0-9-]{1,50}-51[23]");

  private static final Pattern COMMON_NAME = Pattern.compile("^CN=([^,]+)");

  /**
   * Settings that open an account: no password, one that never expires or is kept readable, trust
   * for delegation, no pre-authentication ([MS-SAMR] §2.2.1.12).
   */
  private static final long OPENING = 0x4 | 0x200 | 0x800 | 0x2000 | 0x10000 | 0x40000;

  /** The longest name of a computer as a domain of its own ([MS-NBTE] §1.8). */
  private static final int NETBIOS_CHARACTERS = 15;

  private AccountEvents() {}

  static void review(EvtxRecord event, Source source, Examination shared) {
    Sighting seen = seen(event, source, shared);
    if (seen == null) {
      return;
    }
    if (seen.confidence == Confidence.LOW) {
      shared.sink().report(seen);
    } else {
      shared.policyRuns().changed(seen, shared.sink());
    }
  }

  private static @Nullable Sighting seen(EvtxRecord event, Source source, Examination shared) {
    return switch (event.eventId()) {
      case 4720 -> {
        shared.newAccounts().made(event);
        yield changed(event, source, "account made", byService(event), "T1136/");
      }
      case 4722 -> changed(event, source, "account enabled", enabled(event), "T1098/");
      case 4724 ->
          // Windows itself gives the local administrator new passwords where it is told to.
          MONITORING.matcher(event.datum("TargetUserName")).matches()
              ? null
              : changed(event, source, "password of an account set", Confidence.LOW, "T1098/");
      case 4725 -> changed(event, source, "account disabled", Confidence.LOW, "T1531/");
      case 4726 -> changed(event, source, "account removed", Confidence.LOW, "T1531/");
      case 4738 ->
          opened(event)
              ? changed(event, source, "account opened wider", Confidence.LOW, "T1098/")
              : null;
      default -> member(event, source);
    };
  }

  /** The administrator's own account is enabled where machines are set up, and by policies. */
  private static Confidence enabled(EvtxRecord event) {
    return event.datum("TargetSid").matches("S-1-5-21-.*-500") ? Confidence.LOW : byService(event);
  }

  private static Sighting changed(
      EvtxRecord event, Source source, String title, Confidence confidence, String technique) {
    String account = event.datum("TargetUserName");
    return sighting(event, source, title, confidence, technique)
        .detail("account", account)
        .detail("what", account)
        .sameAs(account);
  }

  private static Sighting member(EvtxRecord event, Source source) {
    String group = event.datum("TargetUserName");
    String lower = group.toLowerCase(Locale.ROOT);
    boolean high =
        lower.contains("exchange")
            || lower.contains("organization management")
            || lower.contains("admin");
    String name = event.datum("MemberName");
    // Of a local account the event has the number alone.
    String member = name.isEmpty() || name.equals("-") ? event.datum("MemberSid") : name;
    Matcher common = COMMON_NAME.matcher(name);
    String what = group + ": " + member;
    return sighting(
            event,
            source,
            "member added to a group",
            high && !JOINED.matcher(event.datum("MemberSid")).matches()
                ? byService(event)
                : Confidence.LOW,
            "T1098/")
        .detail("account", common.find() ? common.group(1) : "")
        .detail("what", what)
        .sameAs(what);
  }

  private static Sighting sighting(
      EvtxRecord event, Source source, String title, Confidence confidence, String technique) {
    return SecurityEvents.sighting(
        event, source, title, confidence, technique, event.datum("SubjectUserName"));
  }

  /**
   * What the computer's own account does comes from a service, not from a person; but in the domain
   * Exchange does as its computer's account what administrators tell it to.
   */
  private static Confidence byService(EvtxRecord event) {
    boolean monitoring = MONITORING.matcher(event.datum("TargetUserName")).matches();
    return event.datum("SubjectUserName").endsWith("$") && !monitoring && !ofDomain(event)
        ? Confidence.MEDIUM
        : Confidence.LOW;
  }

  /** Whether an account or group is the domain's: those of the computer itself bear its name. */
  private static boolean ofDomain(EvtxRecord event) {
    String domain = event.datum("TargetDomainName");
    String host = event.computer().split("\\.", 2)[0];
    String name = host.substring(0, Math.min(NETBIOS_CHARACTERS, host.length()));
    return !domain.isEmpty()
        && !domain.equals("-")
        && !domain.equalsIgnoreCase("Builtin")
        && !domain.equalsIgnoreCase(name);
  }

  private static boolean opened(EvtxRecord event) {
    long before = bits(event.datum("OldUacValue"));
    long after = bits(event.datum("NewUacValue"));
    String history = event.datum("SidHistory");
    return before >= 0 && after >= 0 && (after & ~before & OPENING) != 0
        || !history.isEmpty() && !history.equals("-");
  }

  private static long bits(String text) {
    String plain = text.strip();
    return plain.matches("0[xX][0-9a-fA-F]{1,8}")
        ? Long.parseLong(plain, 2, plain.length(), 16)
        : -1;
  }
}
