import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.util.TreeSet;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Reads names of files; says for each profile named as an argument whether each file keeps it. */
public class Check {
  public static void main(String[] profiles) throws Exception {
    VeraGreenfieldFoundryProvider.initialise();
    BufferedReader names = new BufferedReader(new InputStreamReader(System.in));
    for (String name = names.readLine(); name != null; name = names.readLine()) {
      for (String profile : profiles) {
        System.out.println(name + "\t" + profile + "\t" + verdict(name, profile));
      }
    }
  }

  /** Empty where the file keeps the profile, otherwise the rules that it breaks. */
  private static String verdict(String name, String profile) {
    PDFAFlavour flavour = PDFAFlavour.fromString(profile);
    try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(name), flavour)) {
      PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false);
      ValidationResult result = validator.validate(parser);
      TreeSet<String> broken = new TreeSet<>();
      for (TestAssertion each : result.getTestAssertions()) {
        if (each.getStatus() == TestAssertion.Status.FAILED) {
          broken.add(each.getRuleId().getClause() + "-" + each.getRuleId().getTestNumber());
        }
      }
      return result.isCompliant() ? "" : "breaks " + String.join(", ", broken);
    } catch (Exception problem) {
      return "could not be checked: " + problem;
    }
  }
}
