<?xml version='1.0' encoding='utf-8'?>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>AttributeModel</name>
    <message>
        <source>Tag</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Attribute</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>VR</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Value</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>AudioLanes</name>
    <message>
        <source>Recording</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{0:.1f} seconds</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Amplitude</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Spectrogram</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>AudioView</name>
    <message>
        <source>Play</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Play or pause the recording</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Loop</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Play in a loop</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Drag over the recording to choose the part to repeat.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Transcribe</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Write down what is said</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>CalibrationDialog</name>
    <message>
        <source>Calibrate by hand</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The line is {length} pixels long. How long is it in the patient?
All lengths in this file will then be marked “calibrated by hand”.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Length of the line in millimeters</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Length:</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>CaseController</name>
    <message>
        <source>Opening</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Nothing that MedDx reads was found in {names}.</source>
        <translation type="unfinished" />
    </message>
    <message numerus="yes">
        <source>Left out: %n file(s) of unknown kinds.</source>
        <translation>
            <numerusform>Left out: %n file of unknown kinds.</numerusform>
            <numerusform>Left out: %n files of unknown kinds.</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} holds more files than were looked at; open a part of it.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Analyzing {title}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Computing the evidence</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>CaseFilterBar</name>
    <message>
        <source>Search the case</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Modality to be listed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Study date to be listed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>All modalities</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>All dates</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>CasePanel</name>
    <message>
        <source>Files that were not opened</source>
        <translation type="unfinished" />
    </message>
    <message numerus="yes">
        <source>%n file(s) not opened</source>
        <translation>
            <numerusform>%n file not opened</numerusform>
            <numerusform>%n files not opened</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>These files name %n different patients. Check that they belong together.</source>
        <translation>
            <numerusform>These files name %n different patients. Check that they belong together.</numerusform>
            <numerusform>These files name %n different patients. Check that they belong together.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CaseTree</name>
    <message>
        <source>No patient named</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Records and sounds</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>No study named</source>
        <translation type="unfinished" />
    </message>
    <message numerus="yes">
        <source>%n channel(s)</source>
        <translation>
            <numerusform>%n channel</numerusform>
            <numerusform>%n channels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n page(s)</source>
        <translation>
            <numerusform>%n page</numerusform>
            <numerusform>%n pages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s)</source>
        <translation>
            <numerusform>%n image</numerusform>
            <numerusform>%n images</numerusform>
        </translation>
    </message>
    <message>
        <source>Still reading…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Incomplete</source>
        <translation type="unfinished" />
    </message>
    <message numerus="yes">
        <source>%n character(s)</source>
        <translation>
            <numerusform>%n character</numerusform>
            <numerusform>%n characters</numerusform>
        </translation>
    </message>
    <message>
        <source>{seconds:.1f} s</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>CaseTreeView</name>
    <message>
        <source>Case: images, records and sounds</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ChangeDialog</name>
    <message>
        <source>Change the finding</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Your assessment</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Note</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Your &amp;assessment:</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Note:</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ChipLegend</name>
    <message>
        <source>Legend of the mentions</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>Chips</name>
    <message>
        <source>no</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>past</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>if</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>family</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>?</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>CommandBars</name>
    <message>
        <source>Open &amp;recent</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Tools</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Open files…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Open &amp;folder…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Open &amp;sample case</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Export images…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Copy the image &amp;without texts</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Print…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Close case</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Next series or item</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Previous series or item</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Step &amp;back or stop</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Undo the last verdict or measurement</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Redo what was undone</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Colors of the &amp;system</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Light colors</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Dark colors</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Image</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Next image</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>First image</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Last image</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Play or pause</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Play in a loop or once</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Play faster</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Play slower</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Play at the rate of the file</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Window/level tool</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Pan tool</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Zoom tool</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Save the &amp;view as a picture…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Cop&amp;y the view</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Previous image</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Scroll tool</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Magnifier</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Crosshair through all viewports</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Zoom in</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Zoom out</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Fit to the view</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>One image pixel per screen pixel</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Rotate &amp;right</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Rotate &amp;left</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Mirror left and right</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Mirror top and bottom</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Invert</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Re&amp;set the view</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Hide or show the &amp;evidence</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Go to the &amp;highest image of the finding</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Show the e&amp;vidence on this image</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Hide or show the file's &amp;overlays</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Look as the next presentation state asks</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Next &amp;key image</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;DICOM attributes…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Hide or show the &amp;corner texts</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Zoom out on ti&amp;me</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Analyze a&amp;ll items</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Window/level</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Automatic</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>As the file says</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Enter window and level…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Next &amp;color map (not for diagnosis)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Text</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Next mention</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Previous mention</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Evidence for the mention</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Find in the text…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Find ne&amp;xt</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;DICOM attributes of a report…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Sound</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Play or pause</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Play in a &amp;loop</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>One second &amp;on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>One second &amp;back</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>To the &amp;start</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Zoom in on time</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Show the &amp;whole recording</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Transcribe what is said</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Copy the transcript</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Keep the transcript as a record</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Fin&amp;dings</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Analyze this item</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Analyze items when they are &amp;opened</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Next finding</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Show the &amp;evidence</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>A&amp;ccept the finding</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>C&amp;hange the finding…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Reject the finding</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Keys and &amp;mouse…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Show &amp;log folder</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;About MedDx Desktop</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Measure</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Length</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Angle</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Cobb angle</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Ellipse with statistics</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Rectangle with statistics</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Freehand region with statistics</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Pixel value</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Arro&amp;w</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Cali&amp;brate by hand…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Remo&amp;ve the calibration by hand</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Next measurement</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Previou&amp;s measurement</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Put the label bac&amp;k beside its shape</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Delete the chosen measurement</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Delete all &amp;measurements of the case</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>F&amp;orget kept measurements…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Layout</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;One viewport</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Two side by side</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Two, one &amp;above the other</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Four (2 × 2)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Six (2 × 3)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Nine (3 × 3)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Enlarge the viewport or show all</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Ne&amp;xt viewport</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Pre&amp;vious viewport</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Three s&amp;ide by side</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Show the series in the next viewport, too</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Search the &amp;case</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Scroll together by &amp;position</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Scroll together &amp;by image number</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Same &amp;window in all viewports</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Same &amp;zoom in all viewports</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Show &amp;reference lines</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Hang by the rules</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Han&amp;g what is opened</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Multiplanar reformation</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Put the reformatted p&amp;lanes upright</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>F&amp;ull screen</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Images on the other screen</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>This viewport on the other screen</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Images to the next screen</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>C&amp;urves</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;On in time</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Back in time</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>To the &amp;end</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Zoom in on the paper</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Zoom o&amp;ut on the paper</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Fit ten seconds to the view</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Next &amp;arrangement</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Next &amp;paper speed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Next &amp;gain</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Next group of curves</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Measure by keys</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Take the calipers awa&amp;y</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Sa&amp;ve the sheet as a picture…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Copy the sheet</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Copy the sheet &amp;without the patient</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>P&amp;rint the sheet…</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ControlSchemes</name>
    <message>
        <source>Like OHIF</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Like Weasis</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ErrorDialog</name>
    <message>
        <source>This did not work</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The program goes on. The copied report holds no patient data.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Copy report</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Report copied</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export images</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>File format</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;This image ({0})</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;All {0} images</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Numbers:</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Numbers of the images</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Images are written at their own size in the window that is set, without texts and measurements. They may show names that are part of the image; DICOM files hold the patient's name. For illustration, not for diagnosis.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>PNG pictures</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>TIFF pictures</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>DICOM Secondary Capture</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>GIF animation</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Format:</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>FilmRate</name>
    <message>
        <source> images/s</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Rate of the film in images per second</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>set by hand</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>as in the file</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>the file names no rate</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>FindingRow</name>
    <message>
        <source>(experimental)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Evidence</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Show the evidence for {0}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Accept {0} (A)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Change {0} (E)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Reject {0} (X)</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>FindingsPanel</name>
    <message>
        <source>Findings</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Analyze</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Analyze this item</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Open a file to see what the models say about it.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>⊘ Not assessed: no model here looks at ECGs or other waveforms. What is written beside the curves comes from the device that recorded them.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>⊘ Not assessed: no model looks at the pages of a document. Text that it holds is a record of its own in this case.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>No installed model reads this kind of file.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The models wait until the whole series has been read.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The models are at work…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Not analyzed yet.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>⚠ This model package is not signed by a trusted key.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Gate overridden: {gate}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Made for: {population}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>ⓘ Model card</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Model card of {model}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>⊘ Not assessed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Draw another region</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Draw region</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>HighestButton</name>
    <message>
        <source>Go to the highest image of the finding</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Image {number}: {word} {probability}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Go to the highest image: {finding}</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ImageAnnotations</name>
    <message>
        <source>Evidence for the finding</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>against</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>for</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>weak</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>strong</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ImageCanvas</name>
    <message>
        <source>Image</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ImageControls</name>
    <message>
        <source>Image in the series</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Play</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Play the images as a film</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Value under the pointer</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Show evidence</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Opacity of the evidence</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Play the images as a film once</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ImageExport</name>
    <message>
        <source>The series is still being read. Try again when all images are there.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Export into a folder</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Exporting images</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The full image is still being decoded. Try again then.</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ImageFacts</name>
    <message>
        <source>Lossy compressed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Derived image</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Text is burned into the pixels</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Partly covered by a shutter</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Colors “{name}”: not for diagnosis</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Mask subtracted</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>⚠ Model without a trusted signature</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{0:.0f} years</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{0:.0f} months</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{0:.0f} days</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Position {x:.1f}, {y:.1f}, {z:.1f} mm</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Page {number} of {count}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Image {number} of {count}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Preview: the full image is being decoded…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Still reading the series…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Series not read completely</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Inverted</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Lookup table of the file</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ImageView</name>
    <message>
        <source>Loading…</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ImageWindow</name>
    <message>
        <source>Images</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>JobStrip</name>
    <message>
        <source>Progress of the running job</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stop the running job</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{title} – {done} of {total}</source>
        <translation type="unfinished" />
    </message>
    <message numerus="yes">
        <source>{title} (%n more)</source>
        <translation>
            <numerusform>{title} (%n more)</numerusform>
            <numerusform>{title} (%n more)</numerusform>
        </translation>
    </message>
    <message>
        <source>Ready</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>KeepingQuestions</name>
    <message>
        <source>Measurements are not kept</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Close and lose them</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>No measurements are kept on this computer for this account.</source>
        <translation type="unfinished" />
    </message>
    <message numerus="yes">
        <source>Kept for this account: measurements, texts and calibrations of %n series or picture(s). They will be removed and cannot be brought back. What the open case shows stays, and is kept again as soon as it is changed.</source>
        <translation>
            <numerusform>Kept for this account: measurements, texts and calibrations of %n series or picture. They will be removed and cannot be brought back. What the open case shows stays, and is kept again as soon as it is changed.</numerusform>
            <numerusform>Kept for this account: measurements, texts and calibrations of %n series or pictures. They will be removed and cannot be brought back. What the open case shows stays, and is kept again as soon as it is changed.</numerusform>
        </translation>
    </message>
    <message>
        <source>Forget kept measurements</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Forget all</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Not all of it could be removed ({reason}). Remove the folder {folder} yourself, or ask who looks after this computer.</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>KeyEditor</name>
    <message>
        <source>Keys and mouse</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Scheme</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Middle mouse button</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Right mouse button</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Mouse wheel</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Scheme:</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Middle button:</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Right &amp;button:</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Wheel (the other with Ctrl):</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Command</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Keys</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Commands and their keys</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>New keys for the command</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Use these keys</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;No keys</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>As in the s&amp;cheme</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Choose a command, press its new keys here, then use them.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>These keys are free.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>⚠ “{name}” has these keys; using them takes them from it.</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Open files</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Open folder</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>About MedDx Desktop</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Local models look at one patient's images, records and sounds and show their evidence. They support the decision of a clinician and do not replace it. No data leave this computer.</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>MarkTextDialog</name>
    <message>
        <source>Text on the image</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Text:</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>Markup</name>
    <message>
        <source>A double-click, or Enter twice, closes the region · Esc stops</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Arrow keys move the cross-hair · Enter sets a point · Esc stops</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Click for the next point · Esc stops</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Draw with the mouse, or press Enter for a cross-hair</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Point {number} set</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Draw a line of some length inside one ultrasound region</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>MeasurementKeeper</name>
    <message>
        <source>Measurements cannot be kept in {folder} ({reason}). They will be lost when the program closes. Make room there or allow writing; MedDx tries again by itself.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>A picture cannot be read any more, so that its measurements will be lost when the program closes. Check the drive that it lies on, then open it again.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>A newer version of MedDx has kept measurements of these images. They are not shown here and stay as they are; update MedDx to see them.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Kept measurements of these images are damaged and cannot be shown. Their file was left as it is; a backup of {folder} may hold a sound one.</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>MeasurementPanel</name>
    <message>
        <source>Measurements</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Text…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Change the text of the measurement</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Delete</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Delete the measurement</source>
        <translation type="unfinished" />
    </message>
    <message numerus="yes">
        <source>%n from earlier</source>
        <translation>
            <numerusform>%n from earlier</numerusform>
            <numerusform>%n from earlier</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Measurements</name>
    <message>
        <source>Length</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Angle</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Cobb angle</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Ellipse</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Rectangle</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Freehand region</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Pixel value</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Arrow</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Text</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Pixel Spacing</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>at the detector, not in the patient</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>ultrasound region</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>calibrated by hand</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>reformation of slices</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>the file names no spacing</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>outside the ultrasound regions</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>not in one ultrasound region</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>the region has no scale in cm</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>ultrasound regions contradict each other</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Area {area} {unit}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Mean {mean}{unit}, deviation {deviation}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Minimum {minimum}, maximum {maximum}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{count} pixels</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Color values 0 to {maximum}, not calibrated</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Mean gray {mean}, deviation {deviation}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Mean {colors}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Deviation {colors}</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ModelCardDialog</name>
    <message>
        <source>Model card</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>OtherModels</name>
    <message numerus="yes">
        <source>%n model(s) for other kinds of files</source>
        <translation>
            <numerusform>%n model for other kinds of files</numerusform>
            <numerusform>%n models for other kinds of files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OverlayPlanes</name>
    <message>
        <source>★ Key image: {0}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>✓ Presentation state: {0}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Presentation state: {0}</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>PlaceFinder</name>
    <message>
        <source>The file does not say where this image lies in the patient</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>Playback</name>
    <message>
        <source>This computer has no sound output.</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ProbabilityBar</name>
    <message>
        <source>The notch is the threshold of the operating point.</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ProbabilityStrip</name>
    <message>
        <source>{finding} on each image</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Image {number}: not assessed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Image {number}. {finding}</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>RecordText</name>
    <message>
        <source>Record</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ReformationBar</name>
    <message>
        <source>What a thick slab shows</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Thin plane</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Maximum (MIP)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Minimum (MinIP)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Mean</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Thickness of the slab</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Turn of the oblique plane</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Tilt of the oblique plane</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Reset planes</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Put all planes upright again</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Back to the series</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Turn</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Tilt</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>Reformations</name>
    <message>
        <source>Axial</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Coronal</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Sagittal</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Oblique</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>mean</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{plane}, oblique by {angle}°</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The series is still being read. Wait for its images.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Reading the volume…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Reading the volume: {done} of {total} slices</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Gantry tilt of {0:.1f}°, corrected by the positions.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Uneven slice spacing; the positions are used.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Rows and columns reduced to 1/{0} to fit the memory.</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>RegionBar</name>
    <message>
        <source>Use the whole image</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Use the whole image as the region</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Cancel drawing a region</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{model}: draw a box around the part to be analyzed.</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>Saving</name>
    <message>
        <source>Save as</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{name} could not be written: {reason}. Choose another place.</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Command</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Keys</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Drawing</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Mouse and touchpad</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>in the menu</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Arrow keys</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Show the cross-hair; set a point; twice: close a region</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Enter</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Move the cross-hair by a pixel</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Move the cross-hair by ten pixels</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Shift + arrow keys</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Move the chosen measurement</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Alt + arrow keys</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Move the label of the chosen measurement</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Crosshair tool: move all planes by a pixel, or ten</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Arrow keys, or with Shift</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Curves: show the cross-hair; set an end of the calipers</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Curves: move the cross-hair by a pixel, or a large square</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The chosen tool; a measurement, its handles or its label</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Menu key, or Shift + F10</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Left button</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Show a place in all viewports</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Shift + left button</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Reformation: move the plane of a line</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Left button on the line</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Reformation: turn it</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Near an end of the line, or with Ctrl</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Reformation: move all planes</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Where lines cross</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Middle button</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Right button</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Wheel</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Ctrl + wheel</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Pinch</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>SliceFindingsBox</name>
    <message>
        <source>Finding shown on each image</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Research use and decision support: the clinician decides.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Network: none</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>This program opens no network connection.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Device: CPU</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>All models run on the processor.</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>TagBrowser</name>
    <message>
        <source>DICOM attributes</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Search in tags, names and values</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Search in the attributes</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Reading the header…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Copy the selected rows, or all that are shown</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{shown} of {all} attributes. Copies and exports hold patient data.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Export the attributes</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Table (*.csv)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Text (*.txt)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{name} could not be written: {reason}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{count} attributes were written to {name}.</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>TaggerChoice</name>
    <message>
        <source>Model whose mentions are shown</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Models follow different rules of what a mention is; one is shown at a time.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Mentions by</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{count} · {model}</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>TextView</name>
    <message>
        <source>Mention</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Type</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The record says</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Certainty</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Code</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Mentions in the record</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Find in the text</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Close the search</source>
        <translation type="unfinished" />
    </message>
    <message numerus="yes">
        <source>%n place(s)</source>
        <translation>
            <numerusform>%n place</numerusform>
            <numerusform>%n places</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ToolNames</name>
    <message>
        <source>Pan</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Zoom</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Window/level</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Scroll through the images</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Menu of tools</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ToolsMenu</name>
    <message>
        <source>Tools for the image</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>Transcriber</name>
    <message>
        <source>Transcribing {title}, seconds</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>TranscriptPanel</name>
    <message>
        <source>Written by a machine: names, drugs, doses and negations can be wrong. Words in gray italics were uncertain. Read it against the recording before use.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Copy the transcript</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Keep as record</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Keep the transcript as a record of the case</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Transcript</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Being written down …</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stopped: the rest of the recording was not written down.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Language: {name}.</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>UnexpectedErrors</name>
    <message>
        <source>This step stopped because of an error in MedDx itself. Your files are unchanged. Please try again; if it happens again, send the report to support.</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ViewPrinting</name>
    <message>
        <source>MedDx Desktop, research use and decision support. For illustration, not for diagnosis.</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ViewportGrid</name>
    <message>
        <source>Drag a series here, or click here and choose one in the list.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Image</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Image, viewport {0}</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>WaveformCanvas</name>
    <message>
        <source>Curves</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>without a unit</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{0:g} {1}/mm</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>WaveformSheets</name>
    <message>
        <source>MedDx Desktop, research use and decision support. For illustration, not for diagnosis.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{0:g} mm/s · {1:g} mm/mV at 100 % · from {2:.1f} s on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Written in the file by the device, not checked here:</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>WaveformView</name>
    <message>
        <source>Group of curves</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Arrangement of the curves</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Paper speed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Gain</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{0:g} mm/s</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{0:g} mm/mV</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Time</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Measured on the paper</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Written in the file by the device, not checked here:</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>What the file says about the curves</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Shown for reading: no model assesses waveforms.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Group {0}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{0}, {1:.1f} s</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>3 × 4 and rhythm</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>6 × 2</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>One below the other</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{0:g} Hz</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>filter {0:g}–{1:g} Hz</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>notch {0:g} Hz</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{0:.0f} ms</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>({0:.0f} per minute)</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Recent files</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Open one patient's images, records and sounds</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Drop files, folders or ZIP archives anywhere in this window: DICOM, PNG, JPEG, TIFF, text, WAV, FLAC, MP3, OGG, M4A. Nothing leaves this computer.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Open files…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Open folder…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Open sample case</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Recent</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>WindowDialog</name>
    <message>
        <source>Window and level</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Window width</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Window level</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Width:</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&amp;Level (center):</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>WindowPresets</name>
    <message>
        <source>Brain</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stroke</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Subdural</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Bone</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Lung</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Mediastinum</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Abdomen</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>Likely</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Possible</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Unlikely</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Not reviewed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>✔ Accepted</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>✎ Changed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>✖ Rejected</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>present</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>absent</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>present as well as absent: the model cannot tell</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>neither present nor absent: the model cannot tell</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>negated</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>historical</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>hypothetical</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>family</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>uncertain</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Threshold {threshold}: sensitivity {sensitivity} ({low}–{high}), specificity {specificity} ({lower}–{upper})</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Conformal set at {goal}: {answers}. On {items} inputs with known truth it held the truth in {coverage}.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{concept}: {word}, {probability}. {point} in {group}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Likely from {likely}, possible from {possible}.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{kind}: precision {precision}, recall {recall}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Distance from the training data {value:.3g}, limit {limit:.3g}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Mentions: {counts}. They are marked in the text.</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>Workspace</name>
    <message>
        <source>Transcript: {title}</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>_ImagePage</name>
    <message>
        <source>The images are in a window of their own.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Bring the images back</source>
        <translation type="unfinished" />
    </message>
</context>
</TS>