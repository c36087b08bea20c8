package io.flotilla.deploy.cli;

import io.flotilla.client.FlotillaException;
import io.flotilla.deploy.ctl.CtlCommand;
import io.flotilla.deploy.data.AppendCommand;
import io.flotilla.deploy.data.CasCommand;
import io.flotilla.deploy.data.DeleteCommand;
import io.flotilla.deploy.data.ExportCommand;
import io.flotilla.deploy.data.GetCommand;
import io.flotilla.deploy.data.ImportCommand;
import io.flotilla.deploy.data.PutCommand;
import io.flotilla.deploy.data.ScanCommand;
import io.flotilla.deploy.doctor.DoctorCommand;
import io.flotilla.deploy.drill.DrillCommand;
import io.flotilla.deploy.playground.PlaygroundCommand;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.FlotillaCommand;
import io.flotilla.deploy.shell.Shell;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** All commands, and how any of them ends: an exit code, and one line for whatever went wrong. */
public final class CommandTree {
  private static final String COMPLETION = "generate-completion";

  private final Shell shell;
  private final Map<String, Function<Shell, CommandLine>> commands = new LinkedHashMap<>();

  public CommandTree(Shell shell) {
    this.shell = shell;
    add("playground", PlaygroundCommand::new);
    add("server", ServerCommand::new);
    add("init", InitCommand::new);
    add("get", GetCommand::new);
    add("put", PutCommand::new);
    add("append", AppendCommand::new);
    add("delete", DeleteCommand::new);
    add("cas", CasCommand::new);
    add("scan", ScanCommand::new);
    add("import", ImportCommand::new);
    add("export", ExportCommand::new);
    commands.put("ctl", CtlCommand::line);
    add("bench", BenchCommand::new);
    add("drill", DrillCommand::new);
    add("check", CheckCommand::new);
    add("log", LogCommand::new);
    add("doctor", DoctorCommand::new);
    add("sim", SimCommand::new);
    add("lab", LabCommand::new);
    commands.put(COMPLETION, unused -> new CommandLine(new AutoComplete.GenerateCompletion()));
  }

  /** Runs one command; the result is an exit code. Closes nothing of the shell. */
  public int run(String... arguments) {
    boolean debug = Arrays.asList(arguments).contains("--debug");
    CommandLine root = root(arguments);
    root.setParameterExceptionHandler((failure, given) -> usage(failure, debug));
    root.setExecutionExceptionHandler((failure, line, result) -> failed(failure, debug));
    return root.execute(arguments);
  }

  private void add(String name, Function<Shell, FlotillaCommand> command) {
    commands.put(name, given -> new CommandLine(command.apply(given)));
  }

  /** Only the command that is called is built: looking at all of them takes a tenth of a second. */
  private CommandLine root(String... arguments) {
    CommandLine root = new CommandLine(new Root(shell));
    String called = arguments.length == 0 ? "" : arguments[0];
    boolean needsAll = !commands.containsKey(called) || called.equals(COMPLETION);
    commands.forEach(
        (name, command) -> {
          if (needsAll || name.equals(called)) {
            root.addSubcommand(name, command.apply(shell));
          }
        });
    root.setOut(new PrintWriter(shell.out(), true, StandardCharsets.UTF_8));
    root.setErr(new PrintWriter(shell.err(), true, StandardCharsets.UTF_8));
    root.setCaseInsensitiveEnumValuesAllowed(true);
    return root;
  }

  private int usage(ParameterException failure, boolean debug) {
    if (debug) {
      failure.printStackTrace(shell.err());
    }
    String name = failure.getCommandLine().getCommandSpec().qualifiedName();
    String what = CommandFailure.reasonOf(failure).lines().findFirst().orElse("wrong usage");
    shell.say("flotilla: %s; see %s --help", what, name);
    return Exit.USAGE;
  }

  private int failed(Exception failure, boolean debug) {
    if (debug) {
      failure.printStackTrace(shell.err());
    }
    if (failure instanceof CommandFailure known) {
      shell.say("flotilla: %s", CommandFailure.reasonOf(known));
      return known.exit();
    }
    if (failure instanceof FlotillaException refused) {
      shell.say("flotilla: %s; %s", CommandFailure.reasonOf(refused), advice(refused.code()));
      return Exit.of(refused.code());
    }
    shell.say("flotilla: %s; run it with --debug for the place", failure);
    return Exit.UNKNOWN;
  }

  private static String advice(FlotillaException.Code code) {
    return switch (code) {
      case INVALID_ARGUMENT -> "nothing was changed";
      case UNAVAILABLE -> "check --endpoints and that the cluster runs, then try again";
      case BUSY -> "nothing was changed: try again later";
      case SESSION_EXPIRED -> "nothing was changed: try again";
      case UNKNOWN_OUTCOME -> "it may have taken effect: read before trying again";
    };
  }

  /** The command without a command. */
  @Command(
      name = "flotilla",
      description = "A sharded, linearizable, fault-tolerant key-value store.",
      synopsisSubcommandLabel = "COMMAND",
      footer = {
        "",
        "Exit codes: 0 done, 1 the answer is no, 2 usage or bad input, 3 not reachable or busy (it"
            + " never took effect), 4 outcome unknown, 5 undecided."
      })
  private static final class Root extends FlotillaCommand {
    Root(Shell shell) {
      super(shell);
    }

    @Override
    public Integer call() {
      throw CommandFailure.usage("which command? see flotilla --help");
    }
  }
}
