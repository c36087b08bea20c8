import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Breaks one statement marked {@code // SAFETY rule: why} at a time and looks for what notices.
 *
 * <p>Of the statement after the mark, a guard that leaves is never taken, another condition loses the
 * last of what must hold or is inverted, max becomes min, what waits for the disk does not, and anything else is taken away. The changed file is compiled into a
 * directory of its own, which comes first on the class path of a process that runs the tests of the
 * statement's package, then those of its module, then whole-cluster seeds, until one is red.
 */
final class Marks {
  private static final Pattern MARK = Pattern.compile("\\s*// SAFETY ([a-z0-9-]+): (.*)");
  private static final List<String> MODULES = List.of("raft", "shardkv", "shardctrler");

  private final Path root;
  private final Path work;
  private final String classPath;
  private final long seconds;
  private final Map<String, String> covered = new TreeMap<>();

  /** A marked statement. */
  private record Mark(String rule, String module, Path file, int line) {
    String place() {
      return file.getFileName() + ":" + (line + 1);
    }
  }

  private Marks(Path root, Path work, String classPath, long seconds) {
    this.root = root;
    this.work = work;
    this.classPath = classPath;
    this.seconds = seconds;
  }

  /** Arguments: checkout, scratch directory, file with the test class path, seconds, rules. */
  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]).toAbsolutePath();
    String classPath = Files.readString(Path.of(args[2])).strip();
    Marks marks = new Marks(root, Path.of(args[1]), classPath, Long.parseLong(args[3]));
    System.exit(marks.run(List.of(args).subList(4, args.length)));
  }

  private int run(List<String> rules) throws Exception {
    for (String line : Files.readAllLines(root.resolve("bench/mutants/covered"))) {
      String[] parts = line.split(": ", 2);
      if (parts.length == 2 && !line.startsWith("#")) {
        covered.put(parts[0], parts[1]);
      }
    }
    List<Mark> marks = find();
    marks.removeIf(mark -> !rules.isEmpty() && !rules.contains(mark.rule()));
    if (marks.isEmpty()) {
      System.err.println("no such rule");
      return 2;
    }
    compileKillers();
    int survived = 0;
    int excused = 0;
    int wrong = 0;
    for (Mark mark : marks) {
      long begun = System.nanoTime();
      Optional<Path> mutant = compile(mark);
      if (mutant.isEmpty()) {
        wrong++;
        System.out.printf("%-36s %-32s ERROR: cannot be broken%n", mark.rule(), mark.place());
        continue;
      }
      String killer = kill(mark, mutant.get());
      double took = (System.nanoTime() - begun) / 1e9;
      if (killer.isEmpty() && covered.containsKey(mark.rule())) {
        excused++;
        killer = "covered by " + covered.get(mark.rule());
      } else if (killer.isEmpty()) {
        survived++;
        killer = "SURVIVED";
      }
      System.out.printf(
          Locale.ROOT, "%-36s %-32s %5.1f s  %s%n", mark.rule(), mark.place(), took, killer);
    }
    System.out.printf(
        "%d mutants, %d survived, %d covered by a second rule, %d could not be judged%n",
        marks.size(), survived, excused, wrong);
    return wrong > 0 ? 2 : survived > 0 || excused * 10 > marks.size() ? 1 : 0;
  }

  private List<Mark> find() throws IOException {
    List<Mark> marks = new ArrayList<>();
    for (String module : MODULES) {
      Path sources = root.resolve(module).resolve("src/main/java");
      List<Path> files;
      try (Stream<Path> found = Files.walk(sources)) {
        files = found.filter(file -> file.toString().endsWith(".java")).sorted().toList();
      }
      for (Path file : files) {
        List<String> lines = Files.readAllLines(file);
        for (int line = 0; line < lines.size(); line++) {
          Matcher mark = MARK.matcher(lines.get(line));
          if (mark.matches()) {
            marks.add(new Mark(mark.group(1), module, file, line));
          }
        }
      }
    }
    return marks;
  }

  private Optional<Path> compile(Mark mark) throws Exception {
    for (String source : mutants(Files.readAllLines(mark.file()), mark.line())) {
      Path directory = Files.createTempDirectory(work, mark.rule());
      Path file = directory.resolve(mark.file().getFileName());
      Files.writeString(file, source);
      if (javac(directory, classPath, file)) {
        return Optional.of(directory);
      }
    }
    return Optional.empty();
  }

  /** What the file may become, the best first; some may not compile. */
  private static List<String> mutants(List<String> lines, int mark) {
    int from = mark + 1;
    while (lines.get(from).strip().startsWith("//")) {
      from++;
    }
    int to = from;
    while (!lines.get(to).endsWith(";") && !lines.get(to).endsWith("{")) {
      to++;
    }
    String statement = String.join("\n", lines.subList(from, to + 1));
    String before = String.join("\n", lines.subList(0, from)) + "\n";
    String after = "\n" + String.join("\n", lines.subList(to + 1, lines.size())) + "\n";
    List<String> mutants = new ArrayList<>();
    Matcher condition = Pattern.compile("(?s)(.*?\\bif )\\((.*)\\) \\{").matcher(statement);
    Matcher returned = Pattern.compile("(?s)(\\s*return) (.*);").matcher(statement);
    Matcher flag = Pattern.compile("(?s)(\\s*boolean \\w+ =)\\s(.*);").matcher(statement);
    if (statement.contains("sendAfterPersist(")) {
      mutants.add(before + statement.replace("sendAfterPersist(", "sendNow(") + after);
    }
    if (condition.matches() && !leaves(lines, to + 1) && lastAnd(condition.group(2)) > 0) {
      String rest = condition.group(2).substring(0, lastAnd(condition.group(2)));
      mutants.add(before + condition.group(1) + "(" + rest + ") {" + after);
    } else if (returned.matches() && lastAnd(returned.group(2)) > 0) {
      String rest = returned.group(2).substring(0, lastAnd(returned.group(2)));
      mutants.add(before + returned.group(1) + " " + rest + ";" + after);
    } else if (flag.matches() && lastAnd(flag.group(2)) > 0) {
      String rest = flag.group(2).substring(0, lastAnd(flag.group(2)));
      mutants.add(before + flag.group(1) + " " + rest + ";" + after);
    }
    if (condition.matches()) {
      String how = leaves(lines, to + 1) ? "(false && (" : "(!(";
      mutants.add(before + condition.group(1) + how + condition.group(2) + ")) {" + after);
    } else if (returned.matches()) {
      mutants.add(before + returned.group(1) + " !(" + returned.group(2) + ");" + after);
    } else if (flag.matches()) {
      mutants.add(before + flag.group(1) + " !(" + flag.group(2) + ");" + after);
    }
    if (statement.contains("Math.max(")) {
      mutants.add(before + statement.replace("Math.max(", "Math.min(") + after);
    } else if (statement.contains("Math.min(")) {
      mutants.add(before + statement.replace("Math.min(", "Math.max(") + after);
    }
    if (statement.endsWith(";")) {
      mutants.add(before + after);
    }
    return mutants;
  }

  /** Where the last of several conditions that must all hold begins; -1 if there are not several. */
  private static int lastAnd(String condition) {
    int depth = 0;
    int last = -1;
    for (int at = 0; at + 1 < condition.length(); at++) {
      char here = condition.charAt(at);
      depth += here == '(' ? 1 : here == ')' ? -1 : 0;
      if (depth == 0 && condition.startsWith("&&", at)) {
        last = at;
      } else if (depth == 0 && condition.startsWith("||", at)) {
        return -1;
      }
    }
    return last;
  }

  /** Whether the block that starts at {@code line} ends by leaving: then its condition guards. */
  private static boolean leaves(List<String> lines, int line) {
    int indent = indent(lines.get(line));
    int at = line;
    String last = "";
    while (indent(lines.get(at)) >= indent || lines.get(at).isBlank()) {
      if (indent(lines.get(at)) == indent) {
        last = lines.get(at).strip();
      }
      at++;
    }
    return last.startsWith("return") || last.startsWith("throw") || last.startsWith("continue");
  }

  private static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }

  private void compileKillers() throws Exception {
    Path killers = Files.createDirectories(work.resolve("killers"));
    if (!javac(killers, classPath, root.resolve("bench/mutants/Killers.java"))) {
      throw new IOException("Killers.java does not compile");
    }
  }

  private boolean javac(Path into, String path, Path file) throws Exception {
    Process javac =
        new ProcessBuilder(
                "javac",
                "-nowarn",
                "-proc:none",
                "-d",
                into.toString(),
                "-cp",
                path,
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("javac.log").toFile())
            .start();
    return javac.waitFor() == 0;
  }

  /** What went red, or nothing. */
  private String kill(Mark mark, Path mutant) throws Exception {
    Path tests = root.resolve(mark.module()).resolve("target/test-classes");
    Path source = root.resolve(mark.module()).resolve("src/main/java");
    String room = source.relativize(mark.file().getParent()).toString();
    String path =
        Stream.of(
                mutant.toString(), work.resolve("killers").toString(), tests.toString(), classPath)
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.addAll(List.of("java", "-Xmx1g", "-XX:+UseSerialGC", "-cp", path, "Killers"));
    command.addAll(testsOf(tests, room));
    Path log = work.resolve("killers.log");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .directory(root.resolve(mark.module()).toFile())
            .start();
    boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly().waitFor();
    }
    return Files.readAllLines(log, StandardCharsets.UTF_8).stream()
        .filter(line -> line.startsWith("RED "))
        .findFirst()
        .map(line -> line.substring(4))
        .orElse("");
  }

  /** The test classes of a module, those of {@code room} first. */
  private static List<String> testsOf(Path tests, String room) throws IOException {
    try (Stream<Path> found = Files.walk(tests)) {
      return found
          .map(file -> tests.relativize(file).toString())
          .filter(name -> name.endsWith("Test.class"))
          .sorted(
              (one, other) -> {
                int byRoom = Boolean.compare(isIn(other, room), isIn(one, room));
                return byRoom != 0 ? byRoom : one.compareTo(other);
              })
          .map(name -> name.substring(0, name.length() - 6).replace('/', '.'))
          .toList();
    } catch (UncheckedIOException unreadable) {
      throw unreadable.getCause();
    }
  }

  private static boolean isIn(String name, String room) {
    return name.lastIndexOf('/') == room.length() && name.startsWith(room);
  }
}
