{
  "targets": [
    {
      "target_name": "numpywren",
      "type": "none",
      "actions": [
        {
          "action_name": "cmake-js",
          "inputs": ["native/CMakeLists.txt"],
          "outputs": ["native/build/Release/numpywren.node"],
          "action": ["npm", "run", "--silent", "build:native"]
        }
      ]
    }
  ]
}
