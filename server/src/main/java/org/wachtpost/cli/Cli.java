package org.wachtpost.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.wachtpost.admin.Admin;
import org.wachtpost.admin.AdminException;
import org.wachtpost.admin.FileFault;
import org.wachtpost.config.ConfigException;
import org.wachtpost.server.AdminAccess;
import org.wachtpost.store.StoreException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The whole command line. */
@Command(
    name = "wachtpost",
    description = "A mail server that watches its own door.",
    mixinStandardHelpOptions = true,
    version = "wachtpost 0.1.0",
    subcommands = {
      DemoCommand.class,
      ServeCommand.class,
      DomainCommand.class,
      AccountCommand.class,
      AppPasswordCommand.class,
      AliasCommand.class,
      GroupCommand.class,
      ImportCommand.class,
      CheckCommand.class,
      QueueCommand.class,
      MetricsCommand.class,
      WatchCommand.class,
      InspectCommandLine.class,
      HelpCommand.class
    })
public final class Cli {
  /** Failed: one line on standard error has said why. */
  static final int FAILED = 1;

  private static final OptionSpec HELP =
      OptionSpec.builder("-h", "--help")
          .usageHelp(true)
          .description("Show this help message and exit.")
          .build();

  private static final Set<String> SERVERS = Set.of("serve", "demo");

  /** Wrong usage. */
  static final int USAGE = 2;

  private static final StandardOutput STANDARD_OUTPUT =
      new StandardOutput(new FileOutputStream(FileDescriptor.out));

  static final PrintStream OUT = new PrintStream(STANDARD_OUTPUT, true, StandardCharsets.UTF_8);
  static final PrintStream ERR =
      new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);

  /** Runs a command and gives its exit status. */
  public static int run(String... arguments) {
    int status = commandLine().execute(arguments);
    // A server outlives who read what it printed.
    boolean server = arguments.length > 0 && SERVERS.contains(arguments[0]);
    return server ? status : STANDARD_OUTPUT.status(status, ERR);
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Cli());
    addHelp(commandLine);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    Conversions.addTo(commandLine);
    commandLine.setParameterExceptionHandler(Cli::misused);
    commandLine.setExecutionExceptionHandler((e, line, parsed) -> failed(e));
    return commandLine;
  }

  /**
   * Each command answers to --help, those that are methods too: to these the option is added behind
   * their own, as picocli gives a method its parameters by the place of the option, and counts from
   * the front where its own mixin is there.
   */
  private static void addHelp(CommandLine commandLine) {
    for (CommandLine below : commandLine.getSubcommands().values()) {
      CommandSpec spec = below.getCommandSpec();
      if (spec.userObject() instanceof HelpCommand) {
        continue; // it has the option
      }
      if (spec.userObject() instanceof Method) {
        spec.addOption(HELP);
      } else {
        spec.mixinStandardHelpOptions(true);
      }
      addHelp(below);
    }
  }

  /** Says what is wrong, and how the command that it is about is used. */
  private static int misused(ParameterException e, String[] arguments) {
    CommandLine at = e.getCommandLine();
    String words = String.valueOf(e.getMessage());
    if (e instanceof UnmatchedArgumentException unmatched
        && !unmatched.isUnknownOption()
        && !at.getSubcommands().isEmpty()) {
      words = "no command " + unmatched.getUnmatched().getFirst();
    }
    at.getErr().println("wachtpost: " + Common.shown(words));
    at.usage(at.getErr());
    return USAGE;
  }

  private static int failed(Exception e) throws Exception {
    if (e instanceof AdminException
        || e instanceof ConfigException
        || e instanceof StoreException
        || e instanceof IOException) {
      String words =
          e instanceof IOException fault ? FileFault.words(fault) : String.valueOf(e.getMessage());
      ERR.println("wachtpost: " + Common.shown(words));
      return FAILED;
    }
    ERR.println("wachtpost: a defect in this program: " + Common.shown(e.toString()));
    throw e;
  }

  /** Access to a data directory; only adding a first domain makes a missing one. */
  static Admin admin(Path directory, String operation) {
    return operation.equals("domain-add")
        ? AdminAccess.open(directory, operation)
        : AdminAccess.openExisting(directory, operation);
  }

  /** Whether a person is in front of this. */
  static boolean isTerminal() {
    Console console = System.console(); // null in JDK 25 where there is no terminal
    return console != null && console.isTerminal();
  }

  /** A password from standard input (one line) or, on a terminal, typed without echo. */
  static String readPassword(boolean fromStandardInput) throws IOException {
    if (fromStandardInput) {
      BufferedReader reader =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      String line = reader.readLine();
      if (line == null || line.isEmpty()) {
        throw new AdminException("no password on standard input");
      }
      return line;
    }
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      throw new AdminException("no terminal to ask for a password: use --password-stdin");
    }
    char[] first = console.readPassword("Password: ");
    char[] second = console.readPassword("Again: ");
    if (first == null || !java.util.Arrays.equals(first, second)) {
      throw new AdminException("the two passwords differ");
    }
    return new String(first);
  }
}
