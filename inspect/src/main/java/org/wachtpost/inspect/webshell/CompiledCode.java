package org.wachtpost.inspect.webshell;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Judges an {@code App_Web_*.dll} of {@code Temporary ASP.NET Files}: names that the class uses
 * stand as UTF-8 in its tables, its literals as UTF-16.
 */
public final class CompiledCode {
  /** Longer assemblies are judged by their first part. */
  public static final int MAX_BYTES = 8 << 20;

  private record Mark(String text, boolean wide, int points, String reason) {}

  private static final List<Mark> MARKS =
      List.of(
          new Mark("JScriptEvaluate", false, 70, "runs text as JScript"),
          new Mark("ProcessStartInfo", false, 50, "starts programs"),
          new Mark("VirtualAlloc", false, 60, "allocates memory for machine code"),
          new Mark("cmd.exe", true, 30, "names the command interpreter"),
          new Mark("powershell", true, 30, "names PowerShell"),
          new Mark("WScript.Shell", true, 50, "starts programs through a component"),
          new Mark("xp_cmdshell", true, 50, "starts programs through a database"),
          new Mark("unsafe", true, 20, "asks for unsafe evaluation"),
          new Mark("FromBase64String", false, 10, "decodes base64"),
          new Mark("CreateDecryptor", false, 15, "decrypts"),
          new Mark("CreateInstance", false, 10, "makes objects by name"),
          new Mark("GetLogicalDrives", false, 30, "lists drives"),
          new Mark("get_Request", false, 10, "reads what the client sends"));

  private CompiledCode() {}

  /** The verdict on an assembly; clean if it is not one. */
  public static ShellVerdict judge(byte[] assembly) {
    if (assembly.length < 64 || assembly[0] != 'M' || assembly[1] != 'Z') {
      return ShellVerdict.CLEAN;
    }
    List<String> reasons = new ArrayList<>();
    int score = 0;
    for (Mark mark : MARKS) {
      byte[] wanted =
          mark.text().getBytes(mark.wide() ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_8);
      if (contains(assembly, wanted)) {
        score += mark.points();
        reasons.add(mark.reason());
      }
    }
    int total = Math.min(100, score);
    return new ShellVerdict(
        total,
        total >= ShellScanner.SHELL_SCORE,
        total == 0 ? ShellVerdict.Kind.NONE : ShellVerdict.Kind.LOADER,
        reasons);
  }

  private static boolean contains(byte[] content, byte[] wanted) {
    int last = Math.min(content.length, MAX_BYTES) - wanted.length;
    for (int i = 0; i <= last; i++) {
      if (content[i] == wanted[0] && matches(content, i, wanted)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(byte[] content, int at, byte[] wanted) {
    for (int i = 1; i < wanted.length; i++) {
      if (content[at + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }
}
